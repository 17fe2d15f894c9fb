using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>
/// Rewrites a solution and holds it to the laws that every rewrite keeps: what compiled compiles, a second run changes
/// nothing, and each site is accounted for.
/// </summary>
internal static class Rewriting
{
    /// <summary>The text of the one file of a solution after a rewrite of all its sites.</summary>
    public static async Task<string> OfAsync(string source, (int Rows, int Columns)? grid = null)
    {
        var result = await OfAsync(TestSolution.Of(source), grid);
        Assert.All(result.Report.Sites, site => Assert.Null(site.LeftBecause));
        return await result.TextAsync();
    }

    public static async Task<RewriteResult> OfAsync(Solution solution, (int Rows, int Columns)? grid = null, Func<Site, bool>? isSelected = null)
    {
        Assert.Empty(await solution.ErrorsAsync());
        var options = new RewriteOptions(new LayerOptions(grid));
        var sites = await SitesAsync(solution);
        var selected = sites.Where(isSelected ?? (_ => true)).ToImmutableArray();
        var result = await RewriteEngine.RewriteAsync(solution, selected, options, CancellationToken.None);
        Assert.Empty(result.Report.Errors);
        Assert.Empty(await result.Solution.ErrorsAsync());
        Assert.Empty(await SingleFixes.ProblemsAsync(solution, result.Report));
        Assert.Equal(selected.Length, result.Report.Sites.Length);
        Assert.Equal(sites.Length - result.Report.Sites.Count(site => site.IsRewritten), (await SitesAsync(result.Solution)).Length);
        if (isSelected is null)
        {
            var again = await RewriteEngine.RewriteAsync(result.Solution, await SitesAsync(result.Solution), options, CancellationToken.None);
            Assert.Empty(again.Solution.GetChanges(result.Solution).GetProjectChanges());
        }

        return result;
    }

    /// <summary>The text of the one file of a rewritten solution.</summary>
    public static async Task<string> TextAsync(this RewriteResult result) =>
        (await result.Solution.Projects.Single().Documents.Single().GetTextAsync()).ToString();

    public static async Task<ImmutableArray<Site>> SitesAsync(Solution solution)
    {
        var sites = new List<Site>();
        foreach (var project in solution.Projects)
        {
            sites.AddRange(await SiteFinder.FindAsync(project, CancellationToken.None));
        }

        return [.. sites];
    }
}
