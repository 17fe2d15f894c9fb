using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Collects the type tests that do not look for PatchBatchNorm2d beside BatchNorm2d already.</summary>
internal static class TypeTests
{
    /// <summary>Adds a test to the graph, unless it sees both types already.</summary>
    public static void Add(
        FlowGraph graph, Source source, TypeTestKind kind, SyntaxNode syntax, ExpressionSyntax type, Slot? input, Slot? bound)
    {
        graph.Account(type);
        if (!SeesBoth(syntax, source.Model))
        {
            graph.Add(new TypeTest(source, kind, syntax, type, input, bound ?? new Slot()));
        }
    }

    private static bool SeesBoth(SyntaxNode test, SemanticModel model) =>
        Alternatives(test).SelectMany(node => node.DescendantNodesAndSelf()).OfType<SimpleNameSyntax>()
            .Any(name => name.Identifier.ValueText == NormSymbols.PatchBatchNorm2d
                && NormSymbols.IsPatchBatchNorm2d(model.GetSymbolInfo(name).Symbol as ITypeSymbol));

    /// <summary>What stands beside a test as an alternative to it: the sides of an <c>or</c>, the labels of a switch.</summary>
    private static IEnumerable<SyntaxNode> Alternatives(SyntaxNode test)
    {
        if (test is BinaryExpressionSyntax comparison)
        {
            // The tested value may hold tests of its own, which say nothing of this one.
            return ComparisonsOfTheSame(comparison).Select(each => each.Left is TypeOfExpressionSyntax ? each.Left : each.Right);
        }

        var top = test;
        while (top.Parent is ParenthesizedPatternSyntax or BinaryPatternSyntax { RawKind: (int)SyntaxKind.OrPattern } or CasePatternSwitchLabelSyntax or CaseSwitchLabelSyntax or ConstantPatternSyntax)
        {
            top = top.Parent;
        }

        return top.Parent switch
        {
            SwitchSectionSyntax { Parent: SwitchStatementSyntax choice } => choice.Sections.SelectMany(section => section.Labels).Select(Pattern),
            SwitchExpressionArmSyntax { Parent: SwitchExpressionSyntax choice } => choice.Arms.Select(arm => arm.Pattern),
            _ => [top],
        };
    }

    /// <summary>What a label looks for, without its <c>when</c>.</summary>
    private static SyntaxNode Pattern(SwitchLabelSyntax label) => label is CasePatternSwitchLabelSyntax { Pattern: var pattern } ? pattern : label;

    /// <summary><c>m is BatchNorm2d || m is PatchBatchNorm2d</c>: the comparisons of the same value in one chain.</summary>
    private static IEnumerable<BinaryExpressionSyntax> ComparisonsOfTheSame(BinaryExpressionSyntax comparison)
    {
        SyntaxNode top = comparison;
        while (top.Parent is ParenthesizedExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.LogicalAndExpression })
        {
            top = top.Parent;
        }

        return top.DescendantNodesAndSelf().OfType<BinaryExpressionSyntax>()
            .Where(other => other.RawKind == comparison.RawKind && SyntaxFactory.AreEquivalent(other.Left, comparison.Left));
    }
}
