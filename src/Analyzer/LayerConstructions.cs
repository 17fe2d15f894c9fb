using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>Tells whether a compilation that references the runtime makes a PatchBatchNorm2d.</summary>
internal static class LayerConstructions
{
    // An editor makes a compilation with each key that is pressed, and all its files but one are those of the last.
    private static readonly ConditionalWeakTable<SyntaxTree, object> Known = new();

    private static readonly string[] Names = [NormSymbols.PatchBatchNorm2d, NormSymbols.ConvertPatchBatchNorm];

    /// <summary>Whether one of the files constructs the layer or converts a model to it.</summary>
    public static bool AreIn(Compilation compilation, CancellationToken cancellationToken) =>
        compilation.SyntaxTrees.Any(tree => (bool)Known.GetValue(tree, each => AreIn(each, cancellationToken)));

    // By name: a call of this name in a project that references the runtime is the runtime's, and to bind every file for the
    // case that it is not would cost more than the warning is worth. The text tells of most files that there is none.
    private static object AreIn(SyntaxTree tree, CancellationToken cancellationToken) =>
        Names.Any(tree.GetText(cancellationToken).ToString().Contains)
        && tree.GetRoot(cancellationToken).DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(call => Names.Contains(TypeNaming.RightmostName(call.Expression)?.Identifier.ValueText));
}
