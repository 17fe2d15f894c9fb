using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli.Tests;

public sealed class InputPathTests
{
    private const string Solution = "<Solution><Project Path=\"a\\A.csproj\" /><Project Path=\"b/B.fsproj\" /></Solution>";

    [Theory]
    [InlineData("only.slnx")]
    [InlineData("")]
    [InlineData(".")]
    public async Task FileOrFolderWithOne_IsTheFile(string path)
    {
        using var folder = new TemporaryFolder();
        folder.Write("only.slnx", Solution);

        var input = await InputPath.ResolveAsync(folder[path], folder.FullPath, default);

        Assert.Equal(folder["only.slnx"], input.File);
        Assert.False(input.IsProject);
        Assert.Equal([folder[Path.Combine("a", "A.csproj")]], input.Projects);
    }

    [Fact]
    public async Task Filter_NamesItsOwnProjects()
    {
        using var folder = new TemporaryFolder();
        folder.Write("all.slnx", Solution);
        folder.Write("filters/some.slnf", """{ "solution": { "path": "..\\all.slnx", "projects": ["a\\A.csproj"] } }""");

        var input = await InputPath.ResolveAsync("filters/some.slnf", folder.FullPath, default);

        Assert.Equal([folder[Path.Combine("a", "A.csproj")]], input.Projects);
    }
}
