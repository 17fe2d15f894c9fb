using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>The branches of <c>#if</c> that a file's positions lie in.</summary>
internal sealed class ConditionalRegions(CompilationUnitSyntax unit)
{
    private readonly ImmutableArray<DirectiveTriviaSyntax> directives = unit.DescendantTrivia()
        .Where(trivia => trivia.IsDirective)
        .Select(trivia => trivia.GetStructure())
        .OfType<DirectiveTriviaSyntax>()
        .ToImmutableArray();

    /// <summary>The branches around a position, each by the start of its directive, the outermost first.</summary>
    public ImmutableList<int> At(int position)
    {
        var branches = ImmutableList<int>.Empty;
        foreach (var directive in directives.TakeWhile(each => each.SpanStart < position))
        {
            branches = directive switch
            {
                IfDirectiveTriviaSyntax => branches.Add(directive.SpanStart),
                ElifDirectiveTriviaSyntax or ElseDirectiveTriviaSyntax when branches.Count > 0 =>
                    branches.SetItem(branches.Count - 1, directive.SpanStart),
                EndIfDirectiveTriviaSyntax when branches.Count > 0 => branches.RemoveAt(branches.Count - 1),
                _ => branches,
            };
        }

        return branches;
    }

    /// <summary>The branches around both of two positions.</summary>
    public static ImmutableList<int> Common(ImmutableList<int> left, ImmutableList<int> right) =>
        left.Zip(right, (one, other) => (one, other)).TakeWhile(pair => pair.one == pair.other).Select(pair => pair.one).ToImmutableList();

    /// <summary>Whether a position's branches are around another one's.</summary>
    public static bool Encloses(ImmutableList<int> outer, ImmutableList<int> inner) =>
        outer.Count <= inner.Count && outer.SequenceEqual(inner.Take(outer.Count));
}
