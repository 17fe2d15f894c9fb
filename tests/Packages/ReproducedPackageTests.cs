namespace PbnRewriter.Packages.Tests;

[Collection(nameof(Packages))]
public sealed class ReproducedPackageTests(Packages packages)
{
    [Theory]
    [InlineData("PbnRewriter", "nupkg")]
    [InlineData("PbnRewriter", "snupkg")]
    [InlineData("PbnRewriter.Cli", "nupkg")]
    public void PackedElsewhereOneByOne_EachFileHasTheSameBytes(string id, string extension)
    {
        var (first, again) = (packages.Copy.Package(id, extension), packages.Again.Package(id, extension));

        Assert.Equal(packages.Copy.Commit, packages.Again.Commit);
        Assert.Equal(first.Names, again.Names);
        Assert.All(first.Names, name => Assert.True(first.Files[name].AsSpan().SequenceEqual(again.Files[name]), name));
    }
}
