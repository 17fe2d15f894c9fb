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

    private Selection(ImmutableArray<SelectedSite> sites)
    {
        Sites = sites;
        spans = [.. sites.Where(site => !site.IsGenerated).Select(site => (site.Path, site.Span))];
    }

    /// <summary>The sites, by path and position.</summary>
    public ImmutableArray<SelectedSite> Sites { get; }

    public static async Task<Selection> OfAsync(Solution solution, ImmutableArray<Site> sites, CancellationToken cancellationToken)
    {
        var selected = new List<SelectedSite>();
        foreach (var site in sites)
        {
            var document = solution.GetDocument(site.DocumentId)
                ?? throw new ArgumentException($"A site's document, {site.DocumentId}, is not in the solution.", nameof(sites));
            var tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            selected.Add(new SelectedSite(document, tree!, site.Span));
        }

        return new Selection(selected
            .OrderBy(site => site.Path, StringComparer.Ordinal).ThenBy(site => site.Span.Start)
            .ThenBy(site => site.Document.Project.Name, StringComparer.Ordinal)
            .GroupBy(site => (site.Path, site.Span)).Select(group => group.First())
            .ToImmutableArray());
    }

    public bool Contains(string path, TextSpan span) => spans.Contains((path, span));
}

/// <summary>A site and where it stands.</summary>
internal sealed record SelectedSite(Document Document, SyntaxTree Tree, TextSpan Span)
{
    public string Path => Tree.FilePath;

    public bool IsGenerated { get; } = GeneratedCode.Is(Tree);

    public SiteReport Report(string? leftBecause)
    {
        var start = Tree.GetLineSpan(Span).StartLinePosition;
        return new SiteReport(Document.Project.Name, Path, start.Line + 1, start.Character + 1, Member(), leftBecause);
    }

    /// <summary>The member around the site as <c>Type.Member</c>; the type alone in a top-level program's statements.</summary>
    private string Member()
    {
        var node = Tree.GetRoot().FindNode(Span);
        var types = node.Ancestors().OfType<BaseTypeDeclarationSyntax>().Reverse().Select(type => type.Identifier.ValueText).ToList();
        return types.Count == 0
            ? "Program"
            : string.Join(".", types.Append(MemberName(node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().First())));
    }

    private static string MemberName(MemberDeclarationSyntax member) => member switch
    {
        ConstructorDeclarationSyntax => ".ctor",
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
        IndexerDeclarationSyntax => "this[]",
        _ => ".ctor",
    };
}
