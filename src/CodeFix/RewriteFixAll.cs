using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace PbnRewriter.CodeFix;

/// <summary>
/// Fix All as one run of the engine over every diagnostic in scope, so that connected places are decided on together. None is
/// offered where the run changes nothing.
/// </summary>
/// <param name="title">What the change is called.</param>
/// <param name="rewrite">Runs the engine for diagnostics and the equivalence key of the fix that was chosen.</param>
internal sealed class RewriteFixAll(
    string title, Func<Solution, IReadOnlyList<(Document Document, Diagnostic Diagnostic)>, string?, CancellationToken, Task<RewriteResult>> rewrite) : FixAllProvider
{
    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() =>
        [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution];

    public override async Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
    {
        var found = new List<(Document, Diagnostic)>();
        foreach (var document in Documents(fixAllContext))
        {
            found.AddRange((await fixAllContext.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)).Select(diagnostic => (document, diagnostic)));
        }

        if (found.Count == 0)
        {
            return null;
        }

        var key = fixAllContext.CodeActionEquivalenceKey;
        var result = await rewrite(fixAllContext.Solution, found, key, fixAllContext.CancellationToken).ConfigureAwait(false);
        return result.IsChanged ? CodeAction.Create(title, _ => Task.FromResult(result.Solution), key) : null;
    }

    private static IEnumerable<Document> Documents(FixAllContext context) => context.Scope switch
    {
        FixAllScope.Document when context.Document is { } document => [document],
        FixAllScope.Project => context.Project.Documents,
        _ => context.Solution.Projects.Where(project => project.Language == LanguageNames.CSharp).SelectMany(project => project.Documents),
    };
}
