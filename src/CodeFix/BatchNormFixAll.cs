using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PbnRewriter.CodeFix;

/// <summary>Fix All as one run of the engine over every site in scope, so that connected sites are decided on together.</summary>
internal sealed class BatchNormFixAll : FixAllProvider
{
    public static BatchNormFixAll Instance { get; } = new();

    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() =>
        [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        var sites = ImmutableArray.CreateBuilder<Site>();
        foreach (var document in Documents(fixAllContext))
        {
            foreach (var diagnostic in await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false))
            {
                if (await BatchNormFixer.SiteOfAsync(document, diagnostic, fixAllContext.CancellationToken).ConfigureAwait(false) is { } site)
                {
                    sites.Add(site);
                }
            }
        }

        var selected = sites.ToImmutable();
        return selected.IsEmpty
            ? null
            : CodeAction.Create(
                BatchNormFixer.Title,
                cancellationToken => BatchNormFixer.RewriteAsync(fixAllContext.Solution, selected, cancellationToken),
                equivalenceKey: nameof(BatchNormFixer));
    }

    private static IEnumerable<Document> Documents(FixAllContext context) => context.Scope switch
    {
        FixAllScope.Document when context.Document is { } document => [document],
        FixAllScope.Project => context.Project.Documents,
        _ => context.Solution.Projects.Where(project => project.Language == LanguageNames.CSharp).SelectMany(project => project.Documents),
    };
}
