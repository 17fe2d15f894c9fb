using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>Refuses what would otherwise have a rewrite pass over something, or take a default, without a word.</summary>
internal static class SourceCheck
{
    /// <summary>
    /// Refuses UTF-16 without a byte order mark, which is read as UTF-8 in which no name is found; returns the sources that do
    /// not exist.
    /// </summary>
    public static async Task<ImmutableArray<string>> EnsureReadAsync(IEnumerable<Project> projects, CancellationToken cancellationToken)
    {
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var document in projects.SelectMany(project => project.Documents).Where(document => document.FilePath is not null))
        {
            var text = await document.GetTextAsync(cancellationToken);
            if (text.Length > 1 && (text[0] == '\0' || text[1] == '\0'))
            {
                throw new RunException(
                    ExitCode.NotLoaded,
                    $"{document.FilePath} looks like UTF-16 without a byte order mark, which the compiler does not read either. "
                    + "Save it as UTF-8 and run again; nothing was written.");
            }

            if (text.Length == 0 && !File.Exists(document.FilePath))
            {
                missing.Add(document.FilePath!);
            }
        }

        return [.. missing.Distinct(FilePaths.Comparer)];
    }

    /// <summary>Refuses a value of .editorconfig that cannot be read, for a site that would be constructed with it.</summary>
    /// <param name="solution">The solution.</param>
    /// <param name="sites">The sites.</param>
    /// <param name="given">What the command line says, which wins.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public static async Task EnsureSettingsAsync(
        Solution solution, ImmutableArray<Site> sites, LayerOptions given, CancellationToken cancellationToken)
    {
        foreach (var id in sites.Where(site => site.LeaveBecause is null).Select(site => site.DocumentId).Distinct())
        {
            var document = solution.GetDocument(id)!;
            var config = document.Project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(
                (await document.GetSyntaxTreeAsync(cancellationToken))!);
            foreach (var (option, message) in LayerOption.Unreadable(config).Where(each => each.Option?.ValueIn(given) is null))
            {
                throw new RunException(
                    ExitCode.Usage,
                    $".editorconfig cannot be read for {document.FilePath}: {message}. "
                    + (option is null ? "Mend it; nothing was written." : "Mend it, or give the option; nothing was written."));
            }
        }
    }
}
