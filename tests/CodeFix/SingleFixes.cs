using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Makes the fixes of a rewrite one by one, each on the code before.</summary>
internal static class SingleFixes
{
    /// <summary>The changes that are part of no fix, and the compile errors of each fix that is made alone.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(Solution before, RewriteReport report)
    {
        var fixes = report.Sites.Select(site => site.Fix).OfType<int>().Distinct().ToList();
        var problems = report.Edits.Except(fixes.SelectMany(report.EditsOf)).Select(edit => $"{edit} is part of no fix").ToList();
        if (fixes.Count > 1)
        {
            // The one fix of a rewrite is the rewrite.
            foreach (var fix in fixes)
            {
                var after = await ApplyAsync(before, report.EditsOf(fix));
                problems.AddRange((await after.ErrorsAsync()).Select(error => $"fix {fix}: {error}"));
            }
        }

        return problems;
    }

    private static async Task<Solution> ApplyAsync(Solution before, IEnumerable<TextEdit> edits)
    {
        var after = before;
        foreach (var file in edits.ToLookup(edit => edit.FilePath))
        {
            foreach (var id in before.GetDocumentIdsWithFilePath(file.Key))
            {
                var text = await before.GetDocument(id)!.GetTextAsync();
                after = after.WithDocumentText(id, text.WithChanges(file.Select(edit => new TextChange(edit.Span, edit.NewText))));
            }
        }

        return after;
    }
}
