using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Finds the calls of TorchSharp's <c>torch.nn.BatchNorm2d</c> in a file.</summary>
internal static class Constructions
{
    /// <summary>The calls that are named as the factory is, which tells without binding that a file has none.</summary>
    public static IEnumerable<InvocationExpressionSyntax> NamedIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        NamesInText.Of(NormSymbols.BatchNorm2d, tree, cancellationToken).Select(TypeNaming.CallOf).OfType<InvocationExpressionSyntax>();

    /// <summary>Whether a call is one of the factory.</summary>
    public static bool IsOfFactory(InvocationExpressionSyntax call, SemanticModel? model, CancellationToken cancellationToken) =>
        model?.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && NormSymbols.IsFactory(method);
}
