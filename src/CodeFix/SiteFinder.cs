using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.CodeFix;

/// <summary>Finds the calls of TorchSharp's <c>torch.nn.BatchNorm2d</c>, by symbol.</summary>
public static class SiteFinder
{
    /// <summary>Finds the sites of a project, those in generated files included.</summary>
    /// <param name="project">A C# project; a project of another language has no sites.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The sites, by path and position.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="project"/> is null.</exception>
    public static async Task<ImmutableArray<Site>> FindAsync(Project project, CancellationToken cancellationToken)
    {
        if (project is null)
        {
            throw new ArgumentNullException(nameof(project));
        }

        var sites = ImmutableArray.CreateBuilder<Site>();
        if (project.Language != LanguageNames.CSharp)
        {
            return sites.ToImmutable();
        }

        foreach (var document in project.Documents.OrderBy(each => each.FilePath, StringComparer.Ordinal))
        {
            sites.AddRange(await FindAsync(document, cancellationToken).ConfigureAwait(false));
        }

        return sites.ToImmutable();
    }

    /// <summary>Finds the sites of one document.</summary>
    /// <param name="document">A C# document.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The sites, by position.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="document"/> is null.</exception>
    public static async Task<ImmutableArray<Site>> FindAsync(Document document, CancellationToken cancellationToken)
    {
        if (document is null)
        {
            throw new ArgumentNullException(nameof(document));
        }

        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var calls = root is null ? [] : Constructions.NamedIn(root.SyntaxTree, cancellationToken).ToList();
        if (calls.Count == 0)
        {
            return ImmutableArray<Site>.Empty;
        }

        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        return calls
            .Where(call => Constructions.IsOfFactory(call, model, cancellationToken))
            .Select(call => Site.Of(document.Id, call))
            .ToImmutableArray();
    }
}
