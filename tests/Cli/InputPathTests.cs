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

    [Fact]
    public async Task FolderWithSeveral_NamesThem()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.slnx", Solution);
        folder.Write("b.csproj", "<Project />");
        await CommandRun.RefusesAsync(folder, 2, "holds several: a.slnx, b.csproj", ".");
    }

    [Fact]
    public async Task FolderWithNone_SaysWhatIsLookedFor()
    {
        using var folder = new TemporaryFolder();
        folder.Write("readme.txt", "");
        await CommandRun.RefusesAsync(folder, 2, "holds no .sln, .slnx, .slnf or .csproj file", ".");
    }

    [Theory]
    [InlineData("a.sln", "garbage")]
    [InlineData("a.sln", "")]
    [InlineData("a.slnx", "garbage")]
    [InlineData("a.slnf", "garbage")]
    [InlineData("a.slnf", "{}")]
    [InlineData("a.slnf", """{ "solution": { "path": 3, "projects": [] } }""")]
    public async Task GarbageWithTheRightExtension_IsNoSolution(string name, string content)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, content);
        await CommandRun.RefusesAsync(folder, 2, "cannot be read as a solution", name);
    }

    [Theory]
    [InlineData("a.fsproj")]
    [InlineData("a.txt")]
    [InlineData("a")]
    public async Task OtherFile_IsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, Solution);
        await CommandRun.RefusesAsync(folder, 2, "not a solution or C# project", name);
    }
}
