using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter;

/// <summary>Recognizes the type tests that C# has no operation of their own for, and those that look for both types already.</summary>
internal static class TypeTestSyntax
{
    /// <summary>Whether a name stands where a type is tested or cast to, as far as the syntax tells.</summary>
    public static bool IsInTest(SimpleNameSyntax name)
    {
        var type = TypeNaming.WholeName(name);
        while (type.Parent is NullableTypeSyntax or ParenthesizedExpressionSyntax)
        {
            type = type.Parent;
        }

        return type.Parent switch
        {
            BinaryExpressionSyntax or PatternSyntax or CaseSwitchLabelSyntax or CastExpressionSyntax or TypeOfExpressionSyntax => true,
            ForEachStatementSyntax or FromClauseSyntax or JoinClauseSyntax => true,
            TypeArgumentListSyntax { Parent: GenericNameSyntax { Identifier.ValueText: "OfType" or "Cast" } } => true,
            _ => false,
        };
    }

    /// <summary>Whether a method is LINQ's <c>OfType</c> or <c>Cast</c>: a type test or a cast of each element.</summary>
    public static bool IsSequenceTest(IMethodSymbol method) =>
        method is { Name: "OfType" or "Cast", ContainingType: { Name: "Enumerable" or "Queryable" or "ParallelEnumerable" } };

    /// <summary>
    /// The type and the tested value of <c>m.GetType() == typeof(BatchNorm2d)</c>, of <c>!=</c> and of <c>Equals</c>; null for
    /// anything else, a comparison with operands in parentheses included.
    /// </summary>
    public static (TypeSyntax Type, IOperation Tested)? RuntimeTypeComparison(IOperation comparison) => comparison switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, Syntax: BinaryExpressionSyntax syntax } binary
            when IsOperand(syntax.Left) && IsOperand(syntax.Right) =>
            RuntimeTypeComparison(binary.LeftOperand, binary.RightOperand) ?? RuntimeTypeComparison(binary.RightOperand, binary.LeftOperand),
        IInvocationOperation
        {
            TargetMethod: { Name: nameof(Equals), IsStatic: false },
            Arguments: { Length: 1 } arguments,
            Instance: { } instance,
            Syntax: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax } },
        } => RuntimeTypeComparison(instance, arguments[0].Value),
        _ => null,
    };

    private static (TypeSyntax Type, IOperation Tested)? RuntimeTypeComparison(IOperation type, IOperation literal) =>
        literal is ITypeOfOperation { Syntax: TypeOfExpressionSyntax syntax } named
        && NormSymbols.IsBatchNorm2d(named.TypeOperand)
        && TestedBy(type) is { } tested
            ? (syntax.Type, tested)
            : null;

    private static bool IsOperand(SyntaxNode operand) => operand is TypeOfExpressionSyntax or InvocationExpressionSyntax
        or ConditionalAccessExpressionSyntax { WhenNotNull: InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax } };

    /// <summary>The value whose <c>GetType()</c> is called, with or without a question mark.</summary>
    private static IOperation? TestedBy(IOperation operation) => operation switch
    {
        IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } access when TestedBy(call) is not null => access.Operation,
        IInvocationOperation { TargetMethod: { Name: nameof(GetType), Parameters.IsEmpty: true }, Instance: { } instance } => instance,
        _ => null,
    };

    /// <summary>Whether a test, or what stands beside it as an alternative, looks for PatchBatchNorm2d too.</summary>
    /// <param name="test">The expression, pattern or label.</param>
    /// <param name="model">What its names mean.</param>
    public static bool SeesBoth(SyntaxNode test, SemanticModel model) =>
        Alternatives(test).SelectMany(node => node.DescendantNodesAndSelf()).OfType<SimpleNameSyntax>()
            .Any(name => name.Identifier.ValueText == NormSymbols.PatchBatchNorm2d
                && NormSymbols.IsPatchBatchNorm2d(model.GetSymbolInfo(name).Symbol as ITypeSymbol));

    /// <summary>
    /// What a test and those beside it look for: the sides of an <c>or</c> or <c>||</c>, of <c>not</c> the one <c>and not</c>
    /// the other, the labels of a switch, the conditions of an <c>else if</c> or <c>?:</c> chain.
    /// </summary>
    private static IEnumerable<SyntaxNode> Alternatives(SyntaxNode test)
    {
        if (test is BinaryExpressionSyntax comparison)
        {
            return LookedForInChain(comparison, Parts(comparison).Tested);
        }

        var top = test;
        while (top.Parent is ParenthesizedPatternSyntax or BinaryPatternSyntax or UnaryPatternSyntax or CasePatternSwitchLabelSyntax or CaseSwitchLabelSyntax or ConstantPatternSyntax)
        {
            top = top.Parent;
        }

        return top.Parent switch
        {
            SwitchSectionSyntax { Parent: SwitchStatementSyntax choice } => choice.Sections.SelectMany(section => section.Labels).Select(Pattern),
            SwitchExpressionArmSyntax { Parent: SwitchExpressionSyntax choice } => choice.Arms.Select(arm => arm.Pattern),
            IsPatternExpressionSyntax { Pattern: var whole } match when whole == top => LookedForInChain(match, match.Expression),
            _ => [top],
        };
    }

    /// <summary>What a label looks for, without its <c>when</c>.</summary>
    private static SyntaxNode Pattern(SwitchLabelSyntax label) => label is CasePatternSwitchLabelSyntax { Pattern: var pattern } ? pattern : label;

    /// <summary>What the tests of the same value in one chain of conditions look for. The value may hold tests of its own, which say nothing.</summary>
    private static IEnumerable<SyntaxNode> LookedForInChain(ExpressionSyntax test, ExpressionSyntax tested)
    {
        SyntaxNode top = test;
        while (top.Parent is ParenthesizedExpressionSyntax
            or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression }
            or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression or (int)SyntaxKind.LogicalAndExpression })
        {
            top = top.Parent;
        }

        return Chain(top).SelectMany(condition => condition.DescendantNodesAndSelf())
            .Select(node => node switch
            {
                BinaryExpressionSyntax comparison => Parts(comparison),
                IsPatternExpressionSyntax match => (Tested: match.Expression, LookedFor: (SyntaxNode)match.Pattern),
                _ => default,
            })
            .Where(each => each.Tested is not null && SyntaxFactory.AreEquivalent(each.Tested, tested))
            .Select(each => each.LookedFor);
    }

    private static (ExpressionSyntax Tested, SyntaxNode LookedFor) Parts(BinaryExpressionSyntax comparison) =>
        comparison.Left is TypeOfExpressionSyntax ? (comparison.Right, comparison.Left) : (comparison.Left, comparison.Right);

    /// <summary>The conditions of the chain that an expression is a condition of; else the expression.</summary>
    private static IEnumerable<SyntaxNode> Chain(SyntaxNode condition)
    {
        var link = condition.Parent;
        switch (link)
        {
            case IfStatementSyntax choice when choice.Condition == condition:
                while (link is { Parent: ElseClauseSyntax { Parent: var outer } })
                {
                    link = outer;
                }

                for (var each = link as IfStatementSyntax; each is not null; each = each.Else?.Statement as IfStatementSyntax)
                {
                    yield return each.Condition;
                }

                break;
            case ConditionalExpressionSyntax choice when choice.Condition == condition:
                while (link is { Parent: ConditionalExpressionSyntax outer } && outer.WhenFalse == link)
                {
                    link = outer;
                }

                for (var each = link as ConditionalExpressionSyntax; each is not null; each = each.WhenFalse as ConditionalExpressionSyntax)
                {
                    yield return each.Condition;
                }

                break;
            default:
                yield return condition;
                break;
        }
    }
}
