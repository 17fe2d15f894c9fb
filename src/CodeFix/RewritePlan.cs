using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>Decides what becomes of each group of a <see cref="FlowGraph"/> and states it as edits.</summary>
internal sealed class RewritePlan
{
    private readonly FlowGraph graph;
    private readonly Func<SiteUse, LayerOptions> optionsOf;

    /// <param name="graph">The graph, with the groups that were taken back marked in their facts.</param>
    /// <param name="optionsOf">What a site constructs.</param>
    public RewritePlan(FlowGraph graph, Func<SiteUse, LayerOptions> optionsOf)
    {
        this.graph = graph;
        this.optionsOf = optionsOf;
        HasRewrittenSite = graph.Sites.Any(site => IsFree(site.Slot) && site.Slot.Facts.HasSite);
    }

    /// <summary>What becomes of the declared types of a slot's group.</summary>
    public Verdict VerdictOf(Slot slot)
    {
        var facts = slot.Facts;
        if (!IsFree(slot))
        {
            return Verdict.Keep;
        }

        var isTested = HasRewrittenSite ? facts.HasTested : facts.IsAskedToSeeBoth;
        return isTested || (facts.HasSite && facts.HasPlain) ? Verdict.Base
            : facts.HasSite ? Verdict.Patch
            : Verdict.Keep;
    }

    /// <summary>Whether nothing that is rewritten or tested reaches a slot's group.</summary>
    public static bool IsUnreached(Slot slot) => IsFree(slot) && slot.Facts is { HasSite: false, HasTested: false };

    /// <summary>Why a group stays, and with it a type test whose it is; null where it can follow.</summary>
    public static string? LeftBecause(Slot slot) => slot.Facts.TakenBack ?? slot.Facts.Demand;

    /// <summary>Whether any construction is rewritten, so that type tests have a second type to see.</summary>
    public bool HasRewrittenSite { get; }

    /// <summary>The edits of the plan; none where no construction is rewritten and no test is asked to see both types.</summary>
    public EditList Edits()
    {
        var edits = new EditList();
        var sites = graph.Sites.Where(site => site.IsSelected && VerdictOf(site.Slot) != Verdict.Keep).ToLookup(site => site.Source.Document.Id);
        var names = graph.TypeNames.Where(name => VerdictOf(name.Slot) != Verdict.Keep).ToLookup(name => name.Source.Document.Id);
        var tests = graph.Tests.Where(IsToSeeBoth).ToLookup(test => test.Source.Document.Id);
        var sources = sites.SelectMany(each => each).Select(each => each.Source)
            .Concat(names.SelectMany(each => each).Select(each => each.Source))
            .Concat(tests.SelectMany(each => each).Select(each => each.Source));
        foreach (var source in sources.GroupBy(each => each.Document.Id).Select(each => each.First()))
        {
            var forms = new NameForms(source.Model);
            var id = source.Document.Id;
            var changes = sites[id].SelectMany(site => SiteEdits.For(site, optionsOf(site), IsCast(site), forms))
                .Concat(names[id].SelectMany(name => Retype(name, forms)))
                .Concat(tests[id].SelectMany(test => TypeTestEdits.For(test, InputOf(test), forms)))
                .ToList();
            edits.AddRange(changes);
            AddImports(edits, source, forms, [.. changes.Select(change => change.Span.Start)]);
        }

        return edits;
    }

    private static bool IsFree(Slot slot) => LeftBecause(slot) is null;

    private bool IsCast(SiteUse site) => site.Slot.Facts.CastsSites && VerdictOf(site.Slot) is Verdict.Base;

    private bool IsToSeeBoth(TypeTest test) =>
        IsFree(test.Owner) && (HasRewrittenSite || test.Owner.Facts.IsAskedToSeeBoth || InputOf(test) is Verdict.Base);

    private Verdict? InputOf(TypeTest test) => test.Input is null ? null : VerdictOf(test.Input);

    private IEnumerable<Edit> Retype(TypeName name, NameForms forms)
    {
        var verdict = VerdictOf(name.Slot);
        var isVar = name.Syntax is IdentifierNameSyntax { IsVar: true };
        if (isVar && verdict is Verdict.Patch)
        {
            yield break;
        }

        var text = verdict is Verdict.Patch
            ? forms.Type(NormSymbols.RuntimeNamespace, NormSymbols.PatchBatchNorm2d, name.Syntax)
            : TypeTestEdits.BaseName(name.Syntax, forms);
        yield return new Edit(name.Source.Path, name.Syntax.Span, isVar && MayBeNull(name) ? text + "?" : text, name.Slot);
    }

    /// <summary><c>var</c> says that null may come, a spelled type says it only with a question mark.</summary>
    private static bool MayBeNull(TypeName var) =>
        (var.Source.Model.GetNullableContext(var.Syntax.SpanStart) & NullableContext.AnnotationsEnabled) != 0
        && var.Syntax.Parent is VariableDeclarationSyntax { Variables: { Count: 1 } variables }
        && ((variables[0].Initializer is { Value: var value } && var.Source.Model.GetTypeInfo(value).Nullability.FlowState == NullableFlowState.MaybeNull)
            || IsAssigned(variables[0]));

    private static bool IsAssigned(VariableDeclaratorSyntax variable) =>
        variable.FirstAncestorOrSelf<MemberDeclarationSyntax>()?.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name =>
            name.Identifier.ValueText == variable.Identifier.ValueText
            && ((name.Parent is AssignmentExpressionSyntax assignment && assignment.Left == name)
                || name.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })) == true;

    private static void AddImports(EditList edits, Source source, NameForms forms, IReadOnlyCollection<int> uses)
    {
        if (forms.Imports.Count == 0)
        {
            return;
        }

        var root = (CompilationUnitSyntax)source.Model.SyntaxTree.GetRoot();
        var text = source.Model.SyntaxTree.GetText();
        edits.AddRange(ImportInsertion.For(root, text, forms.Imports, uses)
            .Select(change => new Edit(source.Path, change.Span, change.NewText!, Owner: null)));
    }
}
