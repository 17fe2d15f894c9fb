using System.Globalization;
using PbnRewriter.Cli.Writing;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Reports;

/// <summary>Tells the sites, the projects and the sum.</summary>
/// <param name="writer">Where it is told.</param>
/// <param name="writeWord">Writes a word of outcome there.</param>
/// <param name="baseFolder">Where paths start.</param>
/// <param name="verbosity">How much is told.</param>
internal sealed class ReportWriter(TextWriter writer, Action<string, ConsoleColor> writeWord, string baseFolder, Verbosity verbosity)
{
    // A project whose constructions each stay for a reason of their own would bury the others.
    private const int ReasonsShown = 5;

    public void Write(RunReport report, Destination destination)
    {
        if (verbosity == Verbosity.Quiet)
        {
            writer.WriteLine(Sum(report, destination));
            return;
        }

        WriteSites(report.Rewrite);
        WriteProjects(report.Rewrite);
        foreach (var file in verbosity >= Verbosity.Normal ? report.ProjectFiles : [])
        {
            writer.WriteLine($"{FilePaths.Relative(baseFolder, file.Path)}: reference to the runtime added");
        }

        writer.WriteLine(Sum(report, destination));
        if (report.Rewrite.Left.Count(use => use.Kind is LeftUseKind.Construction) is > 0 and var inactive)
        {
            writer.WriteLine($"{inactive} more in code that #if leaves out of the configuration at hand.");
        }

        if (report.Rewrite.Left.Count(use => use.Kind is LeftUseKind.BlindTest) is > 0 and var blind)
        {
            writer.WriteLine($"Look at the notes: {Sentence.Count(blind, "type test or cast", "type tests or casts")} would no longer see every layer.");
        }

        foreach (var before in report.Rewrite.ErrorsBefore)
        {
            writer.WriteLine($"{before.Project} did not compile before either: at least {Sentence.Count(before.Count, "error")}.");
        }

        if (destination == Destination.Disk && report.Rewritten > 0)
        {
            writer.WriteLine("To take it back: --revert.");
        }
    }

    /// <summary><c>folder/File.cs(12,34)</c>, as compilers write it.</summary>
    public static string Place(string baseFolder, string file, int line, int column) =>
        string.Create(CultureInfo.InvariantCulture, $"{FilePaths.Relative(baseFolder, file)}({line},{column})");

    private void WriteSites(RewriteReport report)
    {
        foreach (var site in report.Sites
            .Where(site => !site.IsRewritten || verbosity >= Verbosity.Normal)
            .OrderBy(site => site.FilePath, StringComparer.Ordinal).ThenBy(site => site.Line).ThenBy(site => site.Column))
        {
            writer.Write($"{Place(baseFolder, site.FilePath, site.Line, site.Column)}: {site.Member}: ");
            writeWord(site.IsRewritten ? "rewritten" : "left", site.IsRewritten ? ConsoleColor.DarkGreen : ConsoleColor.DarkYellow);
            writer.WriteLine(site.LeftBecause is { } reason ? $": {reason}" : "");
        }

        foreach (var use in report.Left.OrderBy(use => use.FilePath, StringComparer.Ordinal).ThenBy(use => use.Line).ThenBy(use => use.Column))
        {
            writer.Write($"{Place(baseFolder, use.FilePath, use.Line, use.Column)}: ");
            writeWord("note", ConsoleColor.DarkCyan);
            writer.WriteLine($": '{Sentence.FirstLine(use.Use)}' left: {use.Reason}");
        }
    }

    private void WriteProjects(RewriteReport report)
    {
        var rows = ProjectCount.Of(report);
        if (rows.Length == 0)
        {
            return;
        }

        var width = Math.Max("project".Length, rows.Max(row => row.Name.Length));
        var heading = $"{"project".PadRight(width)}  found  rewritten  left";
        writer.WriteLine();
        writer.WriteLine(rows.All(row => row.Left == 0) ? heading : $"{heading}  because");
        foreach (var row in rows)
        {
            var counts = string.Create(
                CultureInfo.InvariantCulture, $"{row.Name.PadRight(width)}  {row.Found,5}  {row.Rewritten,9}  {row.Left,4}");
            foreach (var reason in Reasons(row).DefaultIfEmpty())
            {
                writer.WriteLine(reason is null ? counts : $"{counts}  {reason}");
                counts = new string(' ', counts.Length);
            }
        }

        writer.WriteLine();
    }

    /// <summary>The reasons of a row, each with its count where there are several; of many only the most frequent.</summary>
    private static IEnumerable<string> Reasons(ProjectCount row)
    {
        var all = row.LeftBecause;
        var shown = all.Length > ReasonsShown ? all.Take(ReasonsShown - 1) : all;
        var lines = shown.Select(each => all.Length == 1 ? each.Reason : $"{each.Count}: {each.Reason}").Select(Sentence.FirstLine);
        return all.Length > ReasonsShown
            ? lines.Append($"{all.Skip(ReasonsShown - 1).Sum(each => each.Count)}: other reasons, named above")
            : lines;
    }

    private string Sum(RunReport report, Destination destination)
    {
        if (report.Rewritten == 0)
        {
            return report.Found == 0
                ? $"Nothing to change: no BatchNorm2d construction in {Sentence.Count(report.Projects, "project")} with TorchSharp."
                : $"Nothing to change: {Sentence.Count(report.Found, "BatchNorm2d construction")} found, all left{(verbosity == Verbosity.Quiet ? "" : " for the reasons above")}.";
        }

        var changed = $"{report.Rewritten} of {Sentence.Count(report.Found, "BatchNorm2d construction")} in "
            + Sentence.Count(report.SourceFiles.Length + report.ProjectFiles.Length, "file");
        return destination == Destination.Disk ? $"Rewrote {changed}." : $"Would rewrite {changed}; nothing was written.";
    }
}
