using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>Accounts for each site that was given, and for each use of BatchNorm2d that a plan could not carry over.</summary>
internal static class Accounting
{
    /// <summary>The account of a rewrite that was made.</summary>
    public static RewriteReport Of(Selection selection, FlowGraph graph, RewritePlan plan, ILookup<string, Edit> edits)
    {
        var fixes = new FixNumbers(edits);
        return Of(
            selection,
            graph,
            plan,
            fixes,
            edits.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => file)
                .Select(edit => new TextEdit(edit.Path, edit.Span, edit.NewText, edit.Call, fixes.Of(edit))),
            []);
    }

    /// <summary>The account of a rewrite that was not made, for the errors that it would cause.</summary>
    public static RewriteReport OfErrors(Selection selection, FlowGraph graph, RewritePlan plan, ImmutableArray<NewError> errors) =>
        Of(selection, graph, plan, new FixNumbers(Enumerable.Empty<Edit>().ToLookup(edit => edit.Path)), [], errors.Select(error => error.Diagnostic));

    private static RewriteReport Of(
        Selection selection, FlowGraph graph, RewritePlan plan, FixNumbers fixes, IEnumerable<TextEdit> edits, IEnumerable<Diagnostic> errors)
    {
        var used = graph.Sites.GroupBy(site => (site.Source.Path, site.Syntax.Span)).ToDictionary(
            group => group.Key, group => group.FirstOrDefault(site => site.IsSelected) ?? group.First());
        return new RewriteReport(
            selection.Sites.Select(site => Report(used, site, plan, fixes)).ToImmutableArray(),
            Inactive(graph).Select(use => Report(use, LeftUseKind.Construction))
                .Concat(plan.HasRewrittenSite ? Blind(graph).Select(use => Report(use, LeftUseKind.BlindTest)) : [])
                .Concat(plan.HasRewrittenSite ? Unknown(graph, plan).Select(use => Report(use, LeftUseKind.Unknown)) : [])
                .GroupBy(use => (use.FilePath, use.Line, use.Column)).Select(group => group.First())
                .OrderBy(use => use.FilePath, StringComparer.Ordinal).ThenBy(use => use.Line).ThenBy(use => use.Column)
                .ToImmutableArray(),
            edits.ToImmutableArray(),
            errors.ToImmutableArray());
    }

    /// <summary>The constructions that no target compiles.</summary>
    private static IEnumerable<UnfollowedUse> Inactive(FlowGraph graph)
    {
        var active = new HashSet<(string, int?)>(
            graph.Sites.Select(site => (site.Source.Path, TypeNaming.RightmostName(site.Syntax.Expression)?.SpanStart)));
        return graph.Inactive.Where(use => !active.Contains((use.Source.Path, use.Span.Start)));
    }

    /// <summary>The tests and casts that stay as they are while there are layers that they do not see.</summary>
    private static IEnumerable<UnfollowedUse> Blind(FlowGraph graph) =>
        graph.Tests.Select(test => (test.Source, test.Syntax.Span, Slot: test.Owner))
            .Concat(graph.Casts.Select(cast => (cast.Source, cast.Span, cast.Slot)))
            .Where(use => RewritePlan.LeftBecause(use.Slot) is not null)
            .Select(use => new UnfollowedUse(use.Source, use.Span, "it does not see rewritten layers: " + RewritePlan.LeftBecause(use.Slot)));

    private static IEnumerable<UnfollowedUse> Unknown(FlowGraph graph, RewritePlan plan) =>
        graph.Unfollowed.Concat(graph.TypeNames
            .Where(name => TypeNaming.IsArgumentOfExpression(name.Syntax))
            .Select(name => (name, reason: ReasonToLook(name, plan)))
            .Where(each => each.reason is not null)
            .Select(each => new UnfollowedUse(each.name.Source, each.name.Syntax.Span, each.reason!)));

    /// <summary>Why a type argument deserves a look: generic code may ask what it is.</summary>
    private static string? ReasonToLook(TypeName name, RewritePlan plan) =>
        RewritePlan.IsUnreached(name.Slot) ? "no rewritten layer flows here, and what is done with the type argument is not known"
        : plan.VerdictOf(name.Slot) is Verdict.Base && !IsSequenceTest(name) ? "it becomes BatchNorm, and code that asks for the type argument sees other normalization layers too"
        : null;

    private static bool IsSequenceTest(TypeName name) =>
        name.Syntax.Parent is TypeArgumentListSyntax { Parent: GenericNameSyntax { Identifier.ValueText: "OfType" or "Cast" } };

    private static LeftUse Report(UnfollowedUse use, LeftUseKind kind)
    {
        var tree = use.Source.Model.SyntaxTree;
        var lines = tree.GetLineSpan(use.Span);
        var (start, end) = (lines.StartLinePosition, lines.EndLinePosition);
        var text = tree.GetText().ToString(use.Span);
        return new LeftUse(
            use.Source.Document.Project.Name,
            use.Source.Path,
            start.Line + 1,
            start.Character + 1,
            end.Line + 1,
            end.Character + 1,
            text,
            use.Reason,
            kind);
    }

    private static SiteReport Report(
        Dictionary<(string Path, TextSpan Span), SiteUse> used, SelectedSite site, RewritePlan plan, FixNumbers fixes)
    {
        var reason = LeftBecause(used, site, plan);
        return site.Report(reason) with { Fix = reason is null ? fixes.Of(used[(site.Path, site.Span)].Slot) : null };
    }

    private static string? LeftBecause(Dictionary<(string Path, TextSpan Span), SiteUse> used, SelectedSite site, RewritePlan plan)
    {
        if (site.LeaveBecause is not null)
        {
            return site.LeaveBecause;
        }

        if (!used.TryGetValue((site.Path, site.Span), out var use))
        {
            return "its code is not bound";
        }

        if (!use.IsSelected)
        {
            return $"a project that compiles it does not reference {NormSymbols.RuntimeNamespace}, which needs net8.0 or newer";
        }

        return plan.VerdictOf(use.Slot) == Verdict.Keep ? RewritePlan.LeftBecause(use.Slot) : null;
    }
}
