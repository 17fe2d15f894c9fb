using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter;

/// <summary>Finds the type names in patterns and calls, which C# writes in several ways.</summary>
internal static class TypeNaming
{
    /// <summary>The type that a pattern or a case label names; null where it names none, as <c>var x</c> does.</summary>
    public static ExpressionSyntax? TypeOf(SyntaxNode pattern) => pattern switch
    {
        DeclarationPatternSyntax declaration => declaration.Type,
        RecursivePatternSyntax recursive => recursive.Type,
        TypePatternSyntax type => type.Type,
        ConstantPatternSyntax constant => constant.Expression,
        CaseSwitchLabelSyntax label => label.Value,
        ExpressionSyntax expression when !IsInMemberPath(expression) => expression,
        _ => null,
    };

    // Norm.weight in { Norm.weight: { } } stands for the pattern { weight: { } } too, whose syntax is Norm.
    private static bool IsInMemberPath(ExpressionSyntax expression) =>
        expression.AncestorsAndSelf().FirstOrDefault(node => node.Parent is not ExpressionSyntax)?.Parent is ExpressionColonSyntax;

    /// <summary>The node that is the pattern itself: the value of a case label.</summary>
    public static SyntaxNode NodeOf(SyntaxNode pattern) => pattern is CaseSwitchLabelSyntax label ? label.Value : pattern;

    /// <summary>The type arguments that a call spells out; none where it leaves them to inference.</summary>
    public static IReadOnlyList<TypeSyntax> TypeArgumentsOf(IInvocationOperation call)
    {
        if (call is { IsImplicit: true, TargetMethod.Name: "Cast" } && (TypeOfVariable(call.Syntax) ?? TypeOfVariable(call.Syntax.Parent)) is { } type)
        {
            // The type of a query's variable is the argument of the cast that it stands for, and the cast is the clause or,
            // below the first one, what the clause goes through.
            return [type];
        }

        return call.Syntax is InvocationExpressionSyntax { Expression: var called } && RightmostName(called) is GenericNameSyntax generic
            ? generic.TypeArgumentList.Arguments
            : [];
    }

    private static TypeSyntax? TypeOfVariable(SyntaxNode? clause) => clause switch
    {
        FromClauseSyntax from => from.Type,
        JoinClauseSyntax join => join.Type,
        _ => null,
    };

    /// <summary>The value in <c>m.GetType()</c> and <c>m?.GetType()</c>; null in <c>GetType()</c> of the object itself.</summary>
    public static ExpressionSyntax? ReceiverOfGetType(ExpressionSyntax call) => call switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        ConditionalAccessExpressionSyntax access => access.Expression,
        _ => null,
    };

    /// <summary>Whether a type is an argument in a call, a construction or a static member's type: not in a declaration.</summary>
    public static bool IsArgumentOfExpression(SyntaxNode type)
    {
        if (type.Parent is not TypeArgumentListSyntax { Parent: GenericNameSyntax generic })
        {
            return false;
        }

        SyntaxNode whole = generic;
        while (whole.Parent is QualifiedNameSyntax)
        {
            whole = whole.Parent;
        }

        return whole.Parent is InvocationExpressionSyntax or MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or ObjectCreationExpressionSyntax;
    }

    /// <summary>The call of the method that a name is; null where it is not called.</summary>
    public static InvocationExpressionSyntax? CallOf(SimpleNameSyntax name) =>
        WholeName(name) is var whole && whole.Parent is InvocationExpressionSyntax call && call.Expression == whole ? call : null;

    /// <summary>The dotted chain that a name is the last of; the name where it stands alone.</summary>
    public static SyntaxNode WholeName(SimpleNameSyntax name) =>
        name.Parent is { } parent && RightmostName(parent) == name ? parent : name;

    /// <summary>The last name of a dotted chain; null where the expression is no name.</summary>
    public static SimpleNameSyntax? RightmostName(SyntaxNode? expression) => expression switch
    {
        SimpleNameSyntax name => name,
        QualifiedNameSyntax qualified => qualified.Right,
        AliasQualifiedNameSyntax aliased => aliased.Name,
        MemberAccessExpressionSyntax access => access.Name,
        MemberBindingExpressionSyntax binding => binding.Name,
        _ => null,
    };
}
