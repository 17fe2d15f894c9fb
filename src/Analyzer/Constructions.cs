using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Finds the calls of TorchSharp's <c>torch.nn.BatchNorm2d</c> in a file.</summary>
internal static class Constructions
{
    /// <summary>The calls that are named as the factory is, which tells without binding that a file has none.</summary>
    public static IEnumerable<InvocationExpressionSyntax> NamedIn(SyntaxNode root) =>
        root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => TypeNaming.RightmostName(call.Expression)?.Identifier.ValueText == NormSymbols.BatchNorm2d);

    /// <summary>Whether a call is one of the factory.</summary>
    public static bool IsOfFactory(InvocationExpressionSyntax call, SemanticModel? model, CancellationToken cancellationToken) =>
        model?.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && NormSymbols.IsFactory(method);
}
