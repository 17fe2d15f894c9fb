using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>Traces new compile errors to the groups that caused them, and takes those back.</summary>
internal static class ErrorTrace
{
    /// <summary>Takes groups back; false where no error leads to one, so that nothing can be done about them.</summary>
    public static async Task<bool> TakeBackAsync(
        Solution solution, FlowGraph graph, RewritePlan plan, ImmutableArray<NewError> errors, ILookup<string, Edit> edits, CancellationToken cancellationToken)
    {
        var edited = new HashSet<Slot>(edits.SelectMany(each => each).Where(edit => edit.Owner is not null).Select(edit => edit.Owner!.Root));
        bool IsActive(Slot slot) => slot.Facts.TakenBack is null && (plan.VerdictOf(slot) != Verdict.Keep || edited.Contains(slot.Root));

        // An error that leads nowhere by itself is often the shadow of one that does: only when none does, look further.
        foreach (var isWide in new[] { false, true })
        {
            var traced = new List<(Slot Group, NewError Error)>();
            foreach (var error in errors)
            {
                var causes = error.Path is null
                    ? graph.Sites.Where(site => site.Source.Document.Project.Id == error.Project).Select(site => site.Slot)
                    : await CausesAsync(solution, graph, edits[error.Path], error, isWide, IsActive, cancellationToken).ConfigureAwait(false);
                traced.AddRange(causes.Select(slot => slot.Root).Where(IsActive).Distinct().Select(group => (group, error)));
            }

            if (traced.Count > 0)
            {
                Change(solution, traced, plan);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Casts the constructions of the groups for which that may help, since what infers a type from a construction, as a tuple
    /// does, infers the base type from a cast one. Where there is none, the groups are taken back: not before, or one that
    /// only stands beside an error would be taken back with an error that a cast removes.
    /// </summary>
    private static void Change(Solution solution, IReadOnlyList<(Slot Group, NewError Error)> traced, RewritePlan plan)
    {
        var uncast = traced.Select(each => each.Group)
            .Where(group => plan.VerdictOf(group) is Verdict.Base && group.Facts is { HasSite: true, CastsSites: false })
            .Distinct()
            .ToList();
        uncast.ForEach(group => group.Facts.CastsSites = true);
        foreach (var (group, error) in uncast.Count > 0 ? [] : traced)
        {
            group.Facts.TakenBack ??= $"the rewritten code would not compile: {Place(solution, error)}{error.Diagnostic.Id}: {error.Diagnostic.GetMessage()}";
        }
    }

    /// <summary>Where an error is in the text that the user has, before the words of it; empty for one that is in no file.</summary>
    private static string Place(Solution solution, NewError error)
    {
        if (DocumentOf(solution, error) is not { } document || !document.TryGetText(out var text))
        {
            return error.Path is null ? "" : $"{Path.GetFileName(error.Path)}: ";
        }

        var position = text.Lines.GetLinePosition(error.Position);
        return $"{Path.GetFileName(error.Path)}({position.Line + 1},{position.Character + 1}): ";
    }

    private static Document? DocumentOf(Solution solution, NewError error) => solution.GetProject(error.Project)!.Documents
        .FirstOrDefault(each => each.TryGetSyntaxTree(out var tree) && tree.FilePath == error.Path);

    /// <summary>
    /// The groups of the edits, values and named members in the closest node around an error that has any: its argument, its
    /// statement, its member; with <paramref name="isWide"/> also the types and namespaces around them.
    /// </summary>
    private static async Task<IEnumerable<Slot>> CausesAsync(
        Solution solution, FlowGraph graph, IEnumerable<Edit> edits, NewError error, bool isWide, Func<Slot, bool> isActive, CancellationToken cancellationToken)
    {
        var document = DocumentOf(solution, error);
        var model = document is null ? null : await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (model is null)
        {
            return [];
        }

        // What stands at the very place is the cause before what is around it.
        var there = edits.Where(edit => edit.Owner is not null && (edit.Span.Start == error.Position || edit.Span.Contains(error.Position)))
            .Select(edit => edit.Owner!).Where(isActive).ToList();
        if (there.Count > 0)
        {
            return there;
        }

        var declared = new DeclaredShapes(graph);
        var inFile = graph.Uses.Where(use => use.Path == error.Path).ToList();
        return Around(model.SyntaxTree.GetRoot(cancellationToken), error.Position, isWide)
            .Select(node => CausesIn(node, model, declared, inFile, edits).Where(isActive).ToList())
            .FirstOrDefault(causes => causes.Count > 0) ?? [];
    }

    private static IEnumerable<SyntaxNode> Around(SyntaxNode root, int position, bool isWide)
    {
        var nodes = root.FindToken(Math.Min(position, root.FullSpan.End - 1)).Parent?.AncestorsAndSelf()
            .Where(node => node is ArgumentSyntax or StatementSyntax or MemberDeclarationSyntax or SwitchExpressionArmSyntax or VariableDeclaratorSyntax or UsingDirectiveSyntax)
            .ToList() ?? [];
        var innermost = nodes.FindIndex(node => node is MemberDeclarationSyntax);
        return isWide || innermost < 0 ? nodes : nodes.Take(innermost + 1);
    }

    private static IEnumerable<Slot> CausesIn(
        SyntaxNode node, SemanticModel model, DeclaredShapes declared, IEnumerable<SlotUse> uses, IEnumerable<Edit> edits)
    {
        var edited = edits.Where(edit => edit.Owner is not null && node.Span.Contains(edit.Span)).Select(edit => edit.Owner!);
        var used = uses.Where(use => node.Span.Contains(use.Span)).Select(use => use.Slot);

        // An indexer is used without a name.
        var named = node.DescendantNodes().Where(each => each is SimpleNameSyntax or ElementAccessExpressionSyntax or ElementBindingExpressionSyntax)
            .Select(name => model.GetSymbolInfo(name).Symbol)
            .Where(symbol => symbol is not null and not (INamespaceOrTypeSymbol or IAliasSymbol) && !declared.IsFixed(symbol))
            .SelectMany(symbol => declared.Of(symbol!)?.Slots ?? []);
        return edited.Concat(used).Concat(named);
    }
}
