using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>The sites that a rewrite was given, each once, whichever compilations its file is part of.</summary>
internal sealed class Selection
{
    private readonly HashSet<(string Path, TextSpan Span)> spans;

    private Selection(IEnumerable<SelectedSite> sites)
    {
        // A linked file's site is given once a project: it is rewritten where one of them asks for it.
        Sites = sites
            .GroupBy(site => (site.Path, site.Span))
            .Select(group => group
                .OrderBy(site => site.LeaveBecause is not null)
                .ThenBy(site => site.Document.Project.Name, StringComparer.Ordinal)
                .First())
            .OrderBy(site => site.Path, StringComparer.Ordinal).ThenBy(site => site.Span.Start)
            .ToImmutableArray();
        spans = [.. Sites.Where(site => site.LeaveBecause is null).Select(site => (site.Path, site.Span))];
    }

    /// <summary>The sites, by path and position.</summary>
    public ImmutableArray<SelectedSite> Sites { get; }

    public static async Task<Selection> OfAsync(
        Solution solution, ImmutableArray<Site> sites, IImmutableDictionary<string, string> fixedFiles, CancellationToken cancellationToken)
    {
        var selected = new List<SelectedSite>();
        foreach (var site in sites)
        {
            var document = solution.GetDocument(site.DocumentId)
                ?? throw new ArgumentException($"A site's document, {site.DocumentId}, is not in the solution.", nameof(sites));
            var tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            var reason = GeneratedCode.Is(tree!) ? "it is in generated code"
                : site.LeaveBecause ?? (fixedFiles.TryGetValue(tree!.FilePath, out var fixedBecause) ? fixedBecause : null);
            selected.Add(new SelectedSite(document, tree!, site.Span, site.Member, reason));
        }

        return new Selection(selected);
    }

    /// <summary>Whether a call is to be rewritten.</summary>
    public bool Contains(SiteUse call) => spans.Contains((call.Source.Path, call.Syntax.Span));

    /// <summary>The selection with more sites.</summary>
    public Selection With(IEnumerable<SiteUse> calls) => new(Sites.Concat(calls.Select(call =>
    {
        var document = call.Source.Document;
        return new SelectedSite(document, call.Syntax.SyntaxTree, call.Syntax.Span, Site.Of(document.Id, call.Syntax).Member, LeaveBecause: null);
    })));
}

/// <summary>A site, where it stands, and why it is not to be rewritten; null where it is.</summary>
internal sealed record SelectedSite(Document Document, SyntaxTree Tree, TextSpan Span, string Member, string? LeaveBecause)
{
    public string Path => Tree.FilePath;

    public SiteReport Report(string? leftBecause)
    {
        var call = (InvocationExpressionSyntax)Tree.GetRoot().FindNode(Span, getInnermostNodeForTie: true);
        var lines = Tree.GetLineSpan(call.Expression.Span);
        var (start, end) = (lines.StartLinePosition, lines.EndLinePosition);
        return new SiteReport(
            Document.Project.Name, Path, start.Line + 1, start.Character + 1, end.Line + 1, end.Character + 1, Member, leftBecause);
    }
}
