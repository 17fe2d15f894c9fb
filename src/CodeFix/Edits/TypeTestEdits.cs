using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>Makes a type test see PatchBatchNorm2d wherever it saw BatchNorm2d.</summary>
internal static class TypeTestEdits
{
    /// <param name="test">The test.</param>
    /// <param name="input">
    /// What becomes of the declared type of the tested value; null where the test is on a value of a wider type, which may be
    /// of either type.
    /// </param>
    /// <param name="forms">The names at hand.</param>
    public static IEnumerable<Edit> For(TypeTest test, Verdict? input, NameForms forms)
    {
        if (input is Verdict.Keep)
        {
            return [];
        }

        var patch = forms.Expression(NormSymbols.RuntimeNamespace, NormSymbols.PatchBatchNorm2d, test.Type.SpanStart);
        var changes = input is Verdict.Patch ? Replace(test.Type, patch) : SeeBoth(test, patch, forms);
        return changes.Select(change => new Edit(test.Source.Path, change.Span, change.Text, test.Owner) { Group = test.Input });
    }

    private static IEnumerable<(TextSpan Span, string Text)> SeeBoth(TypeTest test, string patch, NameForms forms)
    {
        var plain = test.Type is IdentifierNameSyntax { Identifier.ValueText: NormSymbols.BatchNorm2d }
            ? forms.Expression(NormSymbols.ModulesNamespace, NormSymbols.BatchNorm2d, test.Type.SpanStart)
            : test.Type.ToString();
        var either = $"{plain} or {patch}";
        return test.Kind switch
        {
            TypeTestKind.Is => Replace(test.Type, either),
            TypeTestKind.TypePattern => TypePattern(test, patch, either, forms),
            TypeTestKind.NamedPattern => NamedPattern(test, BaseName(test.Type, forms), either),
            TypeTestKind.As => As((BinaryExpressionSyntax)test.Syntax, BaseName(test.Type, forms), either, forms.Free(test.Syntax)),
            TypeTestKind.GetType => RuntimeType((ExpressionSyntax)test.Syntax, either),
            TypeTestKind.OfType => OfType(test, BaseName(test.Type, forms), either, forms.Free(test.Syntax)),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test.Kind, message: null),
        };
    }

    /// <summary>BatchNorm, named as the type beside it is: qualified where that is, short where that is imported.</summary>
    public static string BaseName(ExpressionSyntax type, NameForms forms)
    {
        var name = TypeNaming.RightmostName(type)?.Identifier.ValueText;
        return name == NormSymbols.BatchNorm2d && type is not SimpleNameSyntax
            ? type.ToString().Substring(0, type.ToString().Length - name.Length) + NormSymbols.BatchNorm
            : forms.Type(NormSymbols.ModulesNamespace, NormSymbols.BatchNorm, type);
    }

    private static IEnumerable<(TextSpan Span, string Text)> TypePattern(TypeTest test, string patch, string either, NameForms forms)
    {
        var pattern = test.Syntax;
        if (IsNarrowingFor(pattern))
        {
            return Replace(pattern, $"{BaseName(test.Type, forms)} and ({either})");
        }

        // The discard of `BatchNorm2d _` stays with its type.
        var discard = pattern is DeclarationPatternSyntax ? " _" : "";
        return NeedsParentheses(pattern) ? Wrap(pattern, "(", $" or {patch}{discard})") : Append(pattern, $" or {patch}{discard}");
    }

    /// <summary>
    /// Whether patterns that <c>and</c> joins to a type pattern take its type, as in <c>BatchNorm2d and { affine: true }</c>
    /// and <c>BatchNorm2d and var norm</c>; an <c>or</c> of two types gives them none.
    /// </summary>
    private static bool IsNarrowingFor(SyntaxNode pattern)
    {
        var top = pattern;
        while (top.Parent is ConstantPatternSyntax or ParenthesizedPatternSyntax or BinaryPatternSyntax { RawKind: (int)SyntaxKind.AndPattern })
        {
            top = top.Parent;
        }

        return top is BinaryPatternSyntax && top.DescendantNodes().Any(node => node is RecursivePatternSyntax { Type: null } or VarPatternSyntax);
    }

    private static IEnumerable<(TextSpan Span, string Text)> NamedPattern(TypeTest test, string baseName, string either)
    {
        var named = Replace(test.Type, baseName);
        return test.Syntax.Parent is UnaryPatternSyntax
            ? named.Concat(Wrap(test.Syntax, "(", $" and ({either}))"))
            : named.Concat(Append(test.Syntax, $" and ({either})"));
    }

    private static IEnumerable<(TextSpan Span, string Text)> As(BinaryExpressionSyntax conversion, string baseName, string either, string name)
    {
        var end = $"{baseName} {name} and ({either}) ? {name} : null";
        var stands = StandsAlone(conversion);
        if (!stands)
        {
            yield return (new TextSpan(conversion.SpanStart, 0), "(");
        }

        // What stands between the operator and the type stays.
        yield return (conversion.OperatorToken.Span, "is");
        yield return (conversion.Right.Span, stands ? end : end + ")");
    }

    private static IEnumerable<(TextSpan Span, string Text)> OfType(TypeTest test, string baseName, string either, string name) =>
        Replace(test.Type, baseName).Concat(Append(test.Syntax, $".Where({name} => {name} is {either})"));

    /// <summary>Both types are sealed, so that their pattern matches exactly the values of that runtime type.</summary>
    private static IEnumerable<(TextSpan Span, string Text)> RuntimeType(ExpressionSyntax comparison, string either)
    {
        var (call, isCalled) = comparison switch
        {
            BinaryExpressionSyntax { Left: TypeOfExpressionSyntax, Right: var right } => (right, false),
            BinaryExpressionSyntax { Left: var left } => (left, false),
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } => (receiver, true),
            _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, message: null),
        };
        var end = comparison.IsKind(SyntaxKind.NotEqualsExpression) ? $"is not ({either})" : $"is {either}";
        var (open, close) = isCalled && !StandsAlone(comparison) ? ("(", ")") : ("", "");
        if (TypeNaming.ReceiverOfGetType(call) is not { } tested)
        {
            yield return (comparison.Span, $"{open}this {end}{close}");
            yield break;
        }

        // The tested value keeps its text; what stands around it becomes the pattern.
        if (tested.SpanStart > comparison.SpanStart || open.Length > 0)
        {
            yield return (TextSpan.FromBounds(comparison.SpanStart, tested.SpanStart), open);
        }

        yield return (TextSpan.FromBounds(tested.Span.End, comparison.Span.End), $" {end}{close}");
    }

    /// <summary>Whether nothing around an expression binds to a part of what takes its place.</summary>
    private static bool StandsAlone(SyntaxNode expression) => expression.Parent is EqualsValueClauseSyntax or ArgumentSyntax or ReturnStatementSyntax
        or ArrowExpressionClauseSyntax or ParenthesizedExpressionSyntax or AssignmentExpressionSyntax or LambdaExpressionSyntax or IfStatementSyntax;

    private static bool NeedsParentheses(SyntaxNode pattern)
    {
        var parent = pattern.Parent is ConstantPatternSyntax ? pattern.Parent.Parent : pattern.Parent;
        return parent is UnaryPatternSyntax or BinaryPatternSyntax { RawKind: (int)SyntaxKind.AndPattern };
    }

    private static IEnumerable<(TextSpan Span, string Text)> Replace(SyntaxNode node, string text) => [(node.Span, text)];

    private static IEnumerable<(TextSpan Span, string Text)> Append(SyntaxNode node, string text) => [(new TextSpan(node.Span.End, 0), text)];

    private static IEnumerable<(TextSpan Span, string Text)> Wrap(SyntaxNode node, string open, string close) =>
        [(new TextSpan(node.SpanStart, 0), open), (new TextSpan(node.Span.End, 0), close)];
}
