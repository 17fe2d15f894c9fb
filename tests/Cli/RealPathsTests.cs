namespace PbnRewriter.Cli.Tests;

public sealed class RealPathsTests
{
    [Theory]
    [InlineData("sub/a.cs", "sub/a.cs")]
    [InlineData("sub/nothing.cs", "sub/nothing.cs")]
    [InlineData("link/a.cs", "sub/a.cs")]
    [InlineData("again/a.cs", "sub/a.cs")]
    [InlineData("link/b.cs", "other/c.cs")]
    [InlineData("nowhere", "gone/a.cs")]
    public void Links_AreFollowed(string path, string expected)
    {
        using var folder = Folder();

        // The temporary folder may itself be behind a link.
        Assert.Equal(Path.Combine(new RealPaths().Of(folder.FullPath), expected), new RealPaths().Of(folder[path]));
    }

    [Theory]
    [InlineData("self")]
    [InlineData("left")]
    [InlineData("left/deep/a.cs")]
    public void LinksInACircle_EndTheWay(string path)
    {
        using var folder = Folder();

        Assert.StartsWith(new RealPaths().Of(folder.FullPath), new RealPaths().Of(folder[path]), StringComparison.Ordinal);
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("sub/a.cs", "");
        folder.Write("other/c.cs", "");
        Directory.CreateSymbolicLink(folder["link"], "sub");
        Directory.CreateSymbolicLink(folder["again"], folder["link"]);
        File.CreateSymbolicLink(folder["sub/b.cs"], "../other/c.cs");
        File.CreateSymbolicLink(folder["nowhere"], "gone/a.cs");
        File.CreateSymbolicLink(folder["self"], "self");
        File.CreateSymbolicLink(folder["left"], "right/x");
        File.CreateSymbolicLink(folder["right"], "left/y");
        return folder;
    }
}
