namespace PbnRewriter.Cli.Tests;

/// <summary>Files that change between the moment they are read and the one they are written: nothing is written over them.</summary>
public sealed class ConcurrentChangeTests
{
    [Theory]
    [InlineData("edit", "Compiling the result", "Models/Block.cs", 3, "changed while it was being rewritten. Run again; nothing was written.")]
    [InlineData("delete", "Compiling the result", "Models/Block.cs", 2, "cannot be read: Could not find file")]
    [InlineData("folder", "Compiling the result", "Models/Block.cs", 2, "cannot be read: Access to the path")]
    [InlineData("edit", "Writing", "Models/Block.cs", 3, "changed while it was being rewritten. Run again; nothing was written.")]
    [InlineData("delete", "Writing", "Models/Block.cs", 2, "cannot be written: Could not find file")]
    [InlineData("edit", "Writing", "Models/Models.csproj", 3, "changed while it was being rewritten. Run again; nothing was written.")]
    [InlineData("delete", "Writing", "Models/Models.csproj", 2, "cannot be written: Could not find file")]
    [InlineData("edit", "Writing", "report.json", 3, "changed while it was being rewritten. Run again; nothing was written.")]
    public async Task File_ThatChangesMeanwhile_StopsTheWrite(string change, string stage, string file, int exitCode, string says)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        SortedDictionary<string, string>? changed = null;
        var console = new CapturedConsole(text =>
        {
            if (changed is null && text.StartsWith(stage, StringComparison.Ordinal))
            {
                Change(folder, file, change);
                changed = folder.Bytes();
            }
        })
        {
            ProgressWidth = 100,
        };

        var actual = await CommandLine.RunAsync(["Models/Models.csproj", "--no-restore", "--report", "report.json"], console, folder.FullPath, default);

        Assert.Contains($"pbn-rewrite: {folder[file]} {says}", console.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, actual);
        Assert.Equal(changed, folder.Bytes());
    }

    private static void Change(TemporaryFolder folder, string file, string change)
    {
        if (change == "edit")
        {
            File.AppendAllText(folder[file], "\n");
            return;
        }

        File.Delete(folder[file]);
        if (change == "folder")
        {
            Directory.CreateDirectory(folder[file]);
        }
    }
}
