using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Tells whether a compilation constructs PatchBatchNorm2d anywhere, once somebody asks.</summary>
/// <param name="compilation">A compilation that references the runtime.</param>
internal sealed class LayerConstructions(Compilation compilation)
{
    private volatile object? known;

    /// <summary>Whether one of its files constructs the layer or converts a model to it.</summary>
    public bool AreMade(CancellationToken cancellationToken)
    {
        // Two that ask at once find the same.
        known ??= compilation.SyntaxTrees.Any(tree => IsIn(tree, cancellationToken));
        return (bool)known;
    }

    // By name: a call of this name in a project that references the runtime is the runtime's, and to bind every file for the
    // case that it is not would cost more than the warning is worth.
    private static bool IsIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        tree.GetRoot(cancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(call => TypeNaming.RightmostName(call.Expression)?.Identifier.ValueText is NormSymbols.PatchBatchNorm2d or NormSymbols.ConvertPatchBatchNorm);
}
