using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Reads patterns: the type tests in them, and the variables that they bind to parts of a value.</summary>
internal sealed class PatternFlow(Source source, FlowGraph graph, DeclaredShapes declared, TypeNames names)
{
    /// <summary>Reads a pattern that is matched against a value of a given type and shape.</summary>
    public void Match(IPatternOperation pattern, ITypeSymbol? type, Shape? input)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                Match(negated.Pattern, type, input);
                break;
            case IBinaryPatternOperation both:
                Match(both.LeftPattern, type, input);
                Match(both.RightPattern, type, input);
                break;
            case ITypePatternOperation typePattern:
                TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), typePattern.MatchedType, input, declaredSymbol: null);
                break;
            case IDeclarationPatternOperation declaration:
                TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), declaration.MatchedType, input, declaration.DeclaredSymbol);
                break;
            case IRecursivePatternOperation recursive:
                MatchParts(recursive, TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), recursive.MatchedType, input, recursive.DeclaredSymbol));
                break;
            case IListPatternOperation list:
                foreach (var element in list.Patterns)
                {
                    Match(element, element.InputType, input?.Part(0));
                }

                break;
        }
    }

    private void MatchParts(IRecursivePatternOperation pattern, Shape? matched)
    {
        var receiver = matched?.Type ?? pattern.MatchedType;
        foreach (var property in pattern.PropertySubpatterns)
        {
            var member = property.Member is IMemberReferenceOperation reference ? declared.Member(reference.Member, receiver, matched) : null;
            Match(property.Pattern, property.Member.Type, member);
        }

        for (var index = 0; index < pattern.DeconstructionSubpatterns.Length; index++)
        {
            var part = pattern.DeconstructSymbol is IMethodSymbol method
                ? declared.Deconstructed(method, index, receiver, matched)
                : matched?.Part(index);
            Match(pattern.DeconstructionSubpatterns[index], pattern.DeconstructionSubpatterns[index].InputType, part);
        }
    }

    /// <summary>Reads a test for a type; gives the shape of the values that pass it.</summary>
    private Shape? TestPattern(IPatternOperation pattern, ExpressionSyntax? syntax, ITypeSymbol? matched, Shape? input, ISymbol? declaredSymbol)
    {
        var bound = declaredSymbol is null ? null : declared.Of(declaredSymbol);
        if (syntax is null || matched is null)
        {
            Shape.Unite(bound, Shape.Lifted(input, bound?.Type));
            return Shape.Lifted(input, matched);
        }

        var shape = bound ?? Shape.Fresh(matched);
        if (shape?.Slot is null)
        {
            TestConstructed(pattern, syntax, shape, input);
            return shape;
        }

        if (input?.Slot is not null)
        {
            Shape.Unite(shape, input);
        }
        else
        {
            shape.Slot.Facts.HasTested = true;
        }

        var kind = declaredSymbol is not null || pattern is IRecursivePatternOperation ? TypeTestKind.NamedPattern : TypeTestKind.TypePattern;
        TypeTests.Add(graph, source, kind, TypeNaming.NodeOf(pattern.Syntax), syntax, input?.Slot, shape.Slot);
        return shape;
    }

    /// <summary>A test for <c>List&lt;BatchNorm2d&gt;</c>: of a value whose own type tells of the elements, or of one that may be anything.</summary>
    private void TestConstructed(IPatternOperation pattern, ExpressionSyntax syntax, Shape? matched, Shape? input)
    {
        if (matched is null)
        {
            return;
        }

        names.Bind(syntax, matched);
        if (!declared.Narrowed(matched, input))
        {
            graph.LeaveConstructed(source, pattern.Syntax.Span, matched);
        }
    }
}
