using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix;

/// <summary>
/// The lightbulb of PBN0001: rewrites one site, or with Fix All those of a document, project or solution, with the grid of
/// .editorconfig or one from a list.
/// </summary>
// Without [Shared], which would need System.Composition.AttributedModel from hosts that may lack it.
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BatchNormFixer))]
public sealed class BatchNormFixer : CodeFixProvider
{
    private const string Title = "Use PatchBatchNorm2d";

    // The whole list whatever is configured: Fix All with one of them is that grid in every file.
    private static readonly string[] Grids = ["1x2", "2x1", "2x2", "3x3", "4x4"];

    private static readonly RewriteFixAll FixAll = new(Title, RewriteAsync);

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(RuleIdentifiers.BatchNormConstruction);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAll;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (model is null || !NormSymbols.HasRuntime(model.Compilation))
        {
            return;
        }

        var config = context.Document.Project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GetOptions(model.SyntaxTree);
        var (rows, columns) = LayerOptions.Read(config).Or(LayerOptions.Default).Grid!.Value;
        foreach (var diagnostic in context.Diagnostics)
        {
            // What the run for the configured grid finds holds for every grid: the types are the same.
            var result = await RewriteAsync(nameof(BatchNormFixer), context.CancellationToken).ConfigureAwait(false);
            if (result.IsChanged)
            {
                context.RegisterCodeFix(
                    CodeAction.Create(
                        $"{Title} with a {PatchGridText.Format(rows, columns)} grid", _ => Task.FromResult(result.Solution), nameof(BatchNormFixer)),
                    diagnostic);
                context.RegisterCodeFix(
                    CodeAction.Create($"{Title} with another grid", ImmutableArray.CreateRange(Grids.Select(With)), isInlinable: false), diagnostic);
            }

            CodeAction With(string grid) => CodeAction.Create(
                grid, async cancellationToken => (await RewriteAsync(KeyOf(grid), cancellationToken).ConfigureAwait(false)).Solution, KeyOf(grid));

            Task<RewriteResult> RewriteAsync(string key, CancellationToken cancellationToken) =>
                BatchNormFixer.RewriteAsync(context.Document.Project.Solution, [(context.Document, diagnostic)], key, cancellationToken);
        }
    }

    private static string KeyOf(string grid) => $"{nameof(BatchNormFixer)}.{grid}";

    private static async Task<RewriteResult> RewriteAsync(
        Solution solution, IReadOnlyList<(Document Document, Diagnostic Diagnostic)> found, string? key, CancellationToken cancellationToken)
    {
        var sites = ImmutableArray.CreateBuilder<Site>();
        foreach (var (document, diagnostic) in found)
        {
            var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
            {
                sites.Add(Site.Of(document.Id, call));
            }
        }

        // Whole groups, for the declared type that a site shares with others can follow them only together.
        var grid = Grids.FirstOrDefault(each => KeyOf(each) == key);
        var options = new RewriteOptions(grid is null ? new LayerOptions() : LayerOption.Grid.Parse(grid)!, WholeGroups: true);
        return await RewriteEngine.RewriteAsync(solution, sites.ToImmutable(), options, cancellationToken).ConfigureAwait(false);
    }
}
