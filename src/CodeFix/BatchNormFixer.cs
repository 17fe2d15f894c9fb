using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix;

/// <summary>The lightbulb of PBN0001: rewrites one site, or with Fix All those of a document, project or solution.</summary>
// Without [Shared], which would need System.Composition.AttributedModel from hosts that may lack it.
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BatchNormFixer))]
public sealed class BatchNormFixer : CodeFixProvider
{
    internal const string Title = "Use PatchBatchNorm2d";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(RuleIdentifiers.BatchNormConstruction);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => BatchNormFixAll.Instance;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (model is null || !NormSymbols.HasRuntime(model.Compilation))
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            if (await SiteOfAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false) is { } site)
            {
                var action = CodeAction.Create(
                    Title,
                    cancellationToken => RewriteAsync(context.Document.Project.Solution, ImmutableArray.Create(site), cancellationToken),
                    equivalenceKey: nameof(BatchNormFixer));
                context.RegisterCodeFix(action, diagnostic);
            }
        }
    }

    internal static async Task<Site?> SiteOfAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var call = root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>();
        return call is null ? null : Site.Of(document.Id, call);
    }

    // Whole groups, for the declared type that a site shares with others can follow them only together.
    internal static async Task<Solution> RewriteAsync(Solution solution, ImmutableArray<Site> sites, CancellationToken cancellationToken)
    {
        var options = RewriteOptions.Default with { WholeGroups = true };
        var result = await RewriteEngine.RewriteAsync(solution, sites, options, cancellationToken).ConfigureAwait(false);
        return result.Solution;
    }
}
