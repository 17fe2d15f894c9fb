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
    public static RewriteReport Of(Selection selection, FlowGraph graph, RewritePlan plan, ILookup<string, Edit> edits) =>
        Of(
            selection,
            graph,
            plan,
            edits.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => file)
                .Select(edit => new TextEdit(edit.Path, edit.Span, edit.NewText, edit.Call)),
            []);

    /// <summary>The account of a rewrite that was not made, for the errors that it would cause.</summary>
    public static RewriteReport OfErrors(Selection selection, FlowGraph graph, RewritePlan plan, ImmutableArray<NewError> errors) =>
        Of(selection, graph, plan, [], errors.Select(error => error.Diagnostic));

    private static RewriteReport Of(
        Selection selection, FlowGraph graph, RewritePlan plan, IEnumerable<TextEdit> edits, IEnumerable<Diagnostic> errors)
    {
        var used = graph.Sites.GroupBy(site => (site.Source.Path, site.Syntax.Span)).ToDictionary(
            group => group.Key, group => group.FirstOrDefault(site => site.IsSelected) ?? group.First());
        return new RewriteReport(
            selection.Sites.Select(site => site.Report(LeftBecause(used, site, plan))).ToImmutableArray(),
            Inactive(graph).Select(use => Report(use, isConstruction: true))
                .Concat((plan.HasRewrittenSite ? Left(graph, plan) : []).Select(use => Report(use, isConstruction: false)))
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

    /// <summary>What only matters once there are rewritten layers that it does not see.</summary>
    private static IEnumerable<UnfollowedUse> Left(FlowGraph graph, RewritePlan plan)
    {
        var tests = graph.Tests
            .Where(test => RewritePlan.LeftBecause(test.Owner) is not null)
            .Select(test => Blind(test.Source, test.Syntax.Span, test.Owner));
        var casts = graph.Casts
            .Where(cast => RewritePlan.LeftBecause(cast.Slot) is not null)
            .Select(cast => Blind(cast.Source, cast.Span, cast.Slot));
        var arguments = graph.TypeNames
            .Where(name => TypeNaming.IsArgumentOfExpression(name.Syntax))
            .Select(name => (name, reason: ReasonToLook(name, plan)))
            .Where(each => each.reason is not null)
            .Select(each => new UnfollowedUse(each.name.Source, each.name.Syntax.Span, each.reason!));
        return tests.Concat(casts).Concat(graph.Unfollowed).Concat(arguments);
    }

    /// <summary>A test or cast that stays as it is while there are layers that it does not see.</summary>
    private static UnfollowedUse Blind(Source source, TextSpan span, Slot slot) =>
        new(source, span, "it does not see rewritten layers: " + RewritePlan.LeftBecause(slot));

    /// <summary>Why a type argument deserves a look: generic code may ask what it is.</summary>
    private static string? ReasonToLook(TypeName name, RewritePlan plan) =>
        RewritePlan.IsUnreached(name.Slot) ? "no rewritten layer flows here, and what is done with the type argument is not known"
        : plan.VerdictOf(name.Slot) is Verdict.Base && !IsSequenceTest(name) ? "it becomes BatchNorm, and code that asks for the type argument sees other normalization layers too"
        : null;

    private static bool IsSequenceTest(TypeName name) =>
        name.Syntax.Parent is TypeArgumentListSyntax { Parent: GenericNameSyntax { Identifier.ValueText: "OfType" or "Cast" } };

    private static LeftUse Report(UnfollowedUse use, bool isConstruction)
    {
        var tree = use.Source.Model.SyntaxTree;
        var start = tree.GetLineSpan(use.Span).StartLinePosition;
        var text = tree.GetText().ToString(use.Span);
        return new LeftUse(use.Source.Document.Project.Name, use.Source.Path, start.Line + 1, start.Character + 1, text, use.Reason, isConstruction);
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

        return plan.VerdictOf(use.Slot) == Verdict.Keep ? use.Slot.Facts.TakenBack ?? use.Slot.Facts.Demand : null;
    }
}
