using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>
/// Where values of BatchNorm2d come from and flow to in a solution, and everything in its sources that names the type.
/// Filled by one <see cref="DocumentFlow"/> a document.
/// </summary>
internal sealed class FlowGraph
{
    private readonly Dictionary<string, Slot> declaredSlots;
    private readonly HashSet<(string Path, TextSpan Span)> named = [];

    private List<SiteUse> sites = [];
    private readonly List<TypeName> typeNames = [];
    private readonly List<TypeTest> tests = [];

    private readonly IImmutableDictionary<string, string> fixedFiles;

    /// <param name="fixedFiles">The paths of files that are not to be edited, beside generated ones, and why.</param>
    public FlowGraph(IImmutableDictionary<string, string> fixedFiles)
        : this(new Dictionary<string, Slot>(StringComparer.Ordinal), fixedFiles)
    {
    }

    private FlowGraph(Dictionary<string, Slot> declaredSlots, IImmutableDictionary<string, string> fixedFiles)
    {
        this.declaredSlots = declaredSlots;
        this.fixedFiles = fixedFiles;
    }

    /// <summary>The calls of the factory, selected or not.</summary>
    public IReadOnlyList<SiteUse> Sites => sites;

    /// <summary>The type names that follow their slots.</summary>
    public IReadOnlyList<TypeName> TypeNames => typeNames;

    /// <summary>The tests of the type of a value.</summary>
    public IReadOnlyList<TypeTest> Tests => tests;

    /// <summary>Expressions whose type has a slot, to trace a compile error to the group that caused it.</summary>
    public List<SlotUse> Uses { get; } = [];

    /// <summary>Casts of values whose declared type tells nothing.</summary>
    public List<CastUse> Casts { get; } = [];

    /// <summary>Values that are compared with each other.</summary>
    public List<(Shape Left, Shape Right)> Compared { get; } = [];

    /// <summary>Uses that nothing here follows, with the reason.</summary>
    public List<UnfollowedUse> Unfollowed { get; } = [];

    /// <summary>Constructions in code that a document's own target does not compile. Another target may.</summary>
    public List<UnfollowedUse> Inactive { get; } = [];

    /// <summary>The slot of a declaration, one for all compilations that the declaration's file is part of.</summary>
    public Slot DeclaredSlot(string key)
    {
        if (!declaredSlots.TryGetValue(key, out var slot))
        {
            declaredSlots.Add(key, slot = new Slot());
        }

        return slot;
    }

    /// <summary>A graph for code that is not to be edited: its values meet the others, and what names them is its own.</summary>
    public FlowGraph ForUneditedCode() => new(declaredSlots, fixedFiles);

    /// <summary>Whether a file is not to be edited.</summary>
    public bool IsFixed(SyntaxTree tree) => fixedFiles.ContainsKey(tree.FilePath) || GeneratedCode.Is(tree);

    /// <summary>Why a file is not to be edited; null for a generated one and for any other.</summary>
    public string? FixedBecause(SyntaxTree tree) => fixedFiles.TryGetValue(tree.FilePath, out var reason) ? reason : null;

    /// <summary>Takes over what there is to know of code that is not edited: where its values are, and that it makes plain ones.</summary>
    public void AddUnedited(FlowGraph unedited)
    {
        Uses.AddRange(unedited.Uses);
        Compared.AddRange(unedited.Compared);
        foreach (var site in unedited.Sites)
        {
            site.Slot.Facts.HasPlain = true;
        }
    }

    /// <summary>Adds a call of the factory.</summary>
    public void Add(SiteUse site)
    {
        UniteTargets(site.Syntax, "call", site.Slot);
        sites.Add(site);
    }

    /// <summary>
    /// Unites what is compared, once all documents are read. What a type test found becomes the base type by itself, and is compared
    /// with either type.
    /// </summary>
    public void UniteCompared()
    {
        foreach (var (left, right) in Compared.Where(pair => !pair.Left.Slots.Concat(pair.Right.Slots).Any(slot => slot.Facts.HasTested)))
        {
            Shape.Unite(left, right);
        }
    }

    /// <summary>Says which calls are to be rewritten, once all documents are read; the others stay BatchNorm2d.</summary>
    /// <param name="isWanted">
    /// Whether a call is asked for. One in a file that a project without the runtime compiles stays all the same.
    /// </param>
    /// <param name="isTakenAlong">Whether a call goes along with one of its group that is asked for.</param>
    public void Select(Func<SiteUse, bool> isWanted, Func<SiteUse, bool> isTakenAlong)
    {
        var withoutRuntime = new HashSet<(string, TextSpan)>(
            sites.Where(site => !NormSymbols.HasRuntime(site.Source.Model.Compilation)).Select(site => (site.Source.Path, site.Syntax.Span)));
        bool CanBe(SiteUse site) => !withoutRuntime.Contains((site.Source.Path, site.Syntax.Span));
        var wanted = new HashSet<SiteUse>(sites.Where(site => CanBe(site) && isWanted(site)));
        var groups = new HashSet<Slot>(wanted.Select(site => site.Slot.Root));
        sites = sites
            .Select(site => site with { IsSelected = wanted.Contains(site) || (CanBe(site) && groups.Contains(site.Slot.Root) && isTakenAlong(site)) })
            .ToList();
        foreach (var site in sites)
        {
            site.Slot.Facts.HasSite |= site.IsSelected;
            site.Slot.Facts.HasPlain |= !site.IsSelected;
        }
    }

    /// <summary>
    /// Says which tests and casts are to see both types though no call is rewritten; those of the same group go along. All
    /// calls stay BatchNorm2d.
    /// </summary>
    /// <param name="isWanted">Whether a test or cast is asked for, given its name of the type.</param>
    /// <param name="isTakenAlong">Whether one goes along with one of its group that is asked for.</param>
    public void SelectTests(Func<ExpressionSyntax, bool> isWanted, Func<Source, ExpressionSyntax, bool> isTakenAlong)
    {
        foreach (var owner in tests.Where(test => isWanted(test.Type)).Select(test => test.Owner)
            .Concat(Casts.Where(cast => cast.Type is not null && isWanted(cast.Type)).Select(cast => cast.Slot)))
        {
            owner.Facts.IsAskedToSeeBoth = true;
        }

        // One that stays gives a BatchNorm2d to places of the base type, which take it.
        var staying = new HashSet<ExpressionSyntax>(tests.Select(test => (test.Source, Type: (ExpressionSyntax?)test.Type, Slot: test.Owner))
            .Concat(Casts.Select(cast => (cast.Source, cast.Type, cast.Slot)))
            .Where(each => each.Type is not null && each.Slot.Facts.IsAskedToSeeBoth && !isWanted(each.Type) && !isTakenAlong(each.Source, each.Type))
            .Select(each => each.Type!));
        tests.RemoveAll(test => staying.Contains(test.Type));
        typeNames.RemoveAll(name => staying.Contains(name.Syntax));
        Select(_ => false, isTakenAlong: _ => false);
    }

    /// <summary>Adds a type name that follows a slot.</summary>
    public void Add(TypeName name)
    {
        Account(name.Syntax);
        UniteTargets(name.Syntax, "name", name.Slot);
        typeNames.Add(name);
    }

    /// <summary>Adds a type test.</summary>
    public void Add(TypeTest test)
    {
        Account(test.Type);
        UniteTargets(test.Syntax, "test", test.Owner);
        tests.Add(test);
    }

    /// <summary>
    /// Leaves a cast to or a test for a type that is constructed with BatchNorm2d, of a value that may be anything: it goes on
    /// seeing that one type.
    /// </summary>
    public void LeaveConstructed(Source source, TextSpan span, Shape shape)
    {
        const string Reason = "it sees the type that is constructed with BatchNorm2d only";
        shape.Fix(Reason);
        Unfollowed.Add(new UnfollowedUse(source, span, Reason));
    }

    /// <summary>Says that a name is accounted for in another way than as a type name.</summary>
    public void Account(SyntaxNode name) => named.Add((name.SyntaxTree.FilePath, name.Span));

    /// <summary>Whether a name is accounted for.</summary>
    public bool IsAccountedFor(SyntaxNode name) => named.Contains((name.SyntaxTree.FilePath, name.Span));

    /// <summary>A file that several targets compile is read once a target, and what happens to it happens in all of them.</summary>
    private void UniteTargets(SyntaxNode syntax, string kind, Slot slot) =>
        DeclaredSlot($"{syntax.SyntaxTree.FilePath}:{syntax.Span}:{kind}").Unite(slot);
}

/// <summary>A document and what its names mean.</summary>
/// <param name="Document">The document.</param>
/// <param name="Model">What its names mean.</param>
/// <param name="Names">Its names of BatchNorm2d.</param>
internal sealed record Source(Document Document, SemanticModel Model, ImmutableArray<SimpleNameSyntax> Names)
{
    /// <summary>What tells one file from another, in whichever compilations it is.</summary>
    public string Path => Model.SyntaxTree.FilePath;
}

/// <summary>A call of the factory.</summary>
/// <param name="Source">The document that holds the call.</param>
/// <param name="Syntax">The call.</param>
/// <param name="Slot">The slot of the value that it makes.</param>
internal sealed record SiteUse(Source Source, InvocationExpressionSyntax Syntax, Slot Slot)
{
    /// <summary>Whether it is to be rewritten.</summary>
    public bool IsSelected { get; init; }
}

/// <summary>A name of BatchNorm2d in a type, or the <c>var</c> that stands for it, and the slot that decides on it.</summary>
internal sealed record TypeName(Source Source, ExpressionSyntax Syntax, Slot Slot);

/// <summary>An expression and a slot of its type.</summary>
internal sealed record SlotUse(string Path, TextSpan Span, Slot Slot);

/// <summary>A cast to BatchNorm2d, its name of the type where it spells it, and the slot of the value that it gives.</summary>
internal sealed record CastUse(Source Source, TextSpan Span, ExpressionSyntax? Type, Slot Slot);

/// <summary>A use of BatchNorm2d that is left, for a reason.</summary>
internal sealed record UnfollowedUse(Source Source, TextSpan Span, string Reason);

/// <summary>The ways to write a type test.</summary>
internal enum TypeTestKind
{
    /// <summary><c>m is BatchNorm2d</c>.</summary>
    Is,

    /// <summary><c>m as BatchNorm2d</c>.</summary>
    As,

    /// <summary>A pattern that is the type alone, a <c>case BatchNorm2d:</c> label included.</summary>
    TypePattern,

    /// <summary>A pattern with a name or with subpatterns.</summary>
    NamedPattern,

    /// <summary><c>m.GetType() == typeof(BatchNorm2d)</c>.</summary>
    GetType,

    /// <summary><c>modules.OfType&lt;BatchNorm2d&gt;()</c>.</summary>
    OfType,
}

/// <summary>A test whether a value is a BatchNorm2d.</summary>
/// <param name="Source">The document that holds the test.</param>
/// <param name="Kind">How the test is written.</param>
/// <param name="Syntax">The test: the expression, pattern, label or call.</param>
/// <param name="Type">The name of the type in the test.</param>
/// <param name="Input">The slot of the tested value where its declared type is BatchNorm2d already; usually null.</param>
/// <param name="Owner">The slot of the name that the test binds, or a slot of its own: what is taken back when the test would not compile.</param>
internal sealed record TypeTest(Source Source, TypeTestKind Kind, SyntaxNode Syntax, ExpressionSyntax Type, Slot? Input, Slot Owner);
