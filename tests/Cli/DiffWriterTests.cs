using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>The folder that a diff's paths start from: git apply refuses one with <c>..</c>.</summary>
public sealed class DiffWriterTests
{
    [Fact]
    public async Task FilesBelowTheFolder_ArePathsFromThere() =>
        await AppliesFromAsync("repository/here", says: false, "repository", "repository/here/a.cs", "repository/here/sub/b.cs");

    [Fact]
    public async Task FileOutside_MakesThePathsThoseOfTheRepository() =>
        await AppliesFromAsync("repository", says: true, "repository", "repository/here/a.cs", "repository/there/b.cs");

    [Fact]
    public async Task FileOutsideTheRepository_MakesThePathsThoseOfTheNextFolderThatHoldsAll() =>
        await AppliesFromAsync("", says: true, "repository", "repository/here/a.cs", "elsewhere/b.cs");

    [Fact]
    public async Task FileOutsideWithoutARepository_MakesThePathsThoseOfTheNextFolderThatHoldsAll() =>
        await AppliesFromAsync("repository", says: true, null, "repository/here/a.cs", "repository/there/b.cs");

    /// <summary>git apply takes no path with a link in it, and no link for the file that it leads to.</summary>
    [Fact]
    public async Task LinkedFilesAndFolders_AreThoseThatTheLinksLeadTo()
    {
        using var folder = new TemporaryFolder();
        folder.Write("real/a.cs", "old\n");
        folder.Write("shared/b.txt", "old\n");
        Directory.CreateSymbolicLink(folder["link"], "real");
        File.CreateSymbolicLink(folder["real/b.cs"], "../shared/b.txt");
        await Git.RunAsync(folder.FullPath, "init", "-q");

        var console = new CapturedConsole();
        new DiffWriter(console, folder.FullPath)
            .Write([.. ((string[])["link/a.cs", "link/b.cs"]).Select(file => new FileEdit(folder[file], [.. "old\n"u8], [.. "new\n"u8]))], default);

        Assert.Equal("", console.Errors);
        await Git.ApplyAsync(folder.FullPath, console.OutputBytes);
        Assert.Equal(("new\n", "new\n"), (folder.Read("real/a.cs"), folder.Read("shared/b.txt")));
    }

    /// <summary>A diff that is made in <c>repository/here</c> applies from another folder, and that is said where it is told to be.</summary>
    private static async Task AppliesFromAsync(string from, bool says, string? repository, params string[] files)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in files)
        {
            folder.Write(file, "old\n");
        }

        if (repository is not null)
        {
            await Git.RunAsync(folder[repository], "init", "-q");
        }

        var console = new CapturedConsole();
        new DiffWriter(console, folder["repository/here"])
            .Write([.. files.Select(file => new FileEdit(folder[file], [.. "old\n"u8], [.. "new\n"u8]))], default);

        var there = Path.TrimEndingDirectorySeparator(folder[from]);
        Assert.Equal(
            says ? $"note: the diff is of files outside {folder["repository/here"]} too: its paths start at {there}, where git apply takes it.\n" : "",
            console.Errors.ReplaceLineEndings("\n"));
        await Git.ApplyAsync(there, console.OutputBytes);
        Assert.All(files, file => Assert.Equal("new\n", folder.Read(file)));
    }
}
