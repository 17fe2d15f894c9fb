using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter;

/// <summary>What the code of members does, for those that the text of a file gives reason to look at.</summary>
internal static class MemberOperations
{
    /// <summary>All that the body or the initializer around a piece of code does; null where it stands in neither.</summary>
    public static IOperation? Around(SyntaxNode code, SemanticModel model, CancellationToken cancellationToken) =>
        code.AncestorsAndSelf().Select(node => model.GetOperation(node, cancellationToken)).FirstOrDefault(operation => operation is not null) is { } inner
            ? Whole(inner)
            : null;

    /// <summary>What each body and initializer of a file does; some may come more than once.</summary>
    public static IEnumerable<IOperation> In(SemanticModel model, CancellationToken cancellationToken) => model.SyntaxTree
        .GetRoot(cancellationToken).DescendantNodes(node => node is CompilationUnitSyntax || model.GetOperation(node, cancellationToken) is null)
        .Select(node => model.GetOperation(node, cancellationToken))
        .OfType<IOperation>()
        .Select(Whole);

    private static IOperation Whole(IOperation operation)
    {
        while (operation.Parent is { } outer)
        {
            operation = outer;
        }

        return operation;
    }
}
