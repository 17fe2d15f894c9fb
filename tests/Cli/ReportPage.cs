using System.Runtime.CompilerServices;

namespace PbnRewriter.Cli.Tests;

/// <summary>docs/report.md, whose examples are what the tool writes.</summary>
internal static class ReportPage
{
    /// <summary>The first example below a heading, of the version at hand.</summary>
    public static async Task<string> ExampleAsync(string heading)
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "docs", "report.md"));
        return page.Split($"\n## {heading}\n")[1].Split("```json")[1].Split("```")[0]
            .Replace("0.1.0", ToolVersion.WithoutBuildMetadata, StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
