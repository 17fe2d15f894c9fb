using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PbnRewriter.CodeFix;

/// <summary>The lightbulb of PBN0002: makes one type test see both types, or with Fix All those of a document, project or solution.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TypeTestFixer))]
public sealed class TypeTestFixer : CodeFixProvider
{
    private const string Title = "See PatchBatchNorm2d too";

    private static readonly RewriteFixAll FixAll = new(Title, (solution, found, _, cancellationToken) => SeeBothAsync(solution, found, cancellationToken));

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create(RuleIdentifiers.BlindTypeTest);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => FixAll;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            var result = await SeeBothAsync(
                context.Document.Project.Solution, [(context.Document, diagnostic)], context.CancellationToken).ConfigureAwait(false);
            if (result.IsChanged)
            {
                context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(result.Solution), nameof(TypeTestFixer)), diagnostic);
            }
        }
    }

    private static Task<RewriteResult> SeeBothAsync(
        Solution solution, IReadOnlyList<(Document Document, Diagnostic Diagnostic)> found, CancellationToken cancellationToken) =>
        RewriteEngine.SeeBothAsync(
            solution,
            ImmutableArray.CreateRange(found.Select(each => new BlindTest(each.Document.Id, each.Diagnostic.Location.SourceSpan))),
            cancellationToken);
}
