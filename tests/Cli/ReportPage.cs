namespace PbnRewriter.Cli.Tests;

/// <summary>docs/report.md, whose examples are what the tool writes.</summary>
internal static class ReportPage
{
    /// <summary>The first example below a heading, of the version at hand.</summary>
    public static string Example(string heading) =>
        RepositoryFile.Read("docs/report.md").Split($"\n## {heading}\n")[1].Split("```json")[1].Split("```")[0]
            .Replace("0.1.0", ToolVersion.WithoutBuildMetadata, StringComparison.Ordinal);

    /// <summary>The run of the examples, which changes nothing but the report; returns its folder.</summary>
    public static async Task<TemporaryFolder> RunAsync(string report)
    {
        var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--dry-run", "--include", "Models/**", "--report", report);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        var after = folder.Bytes();
        Assert.True(after.Remove(report));
        Assert.Equal(before, after);
        return folder;
    }
}
