using Microsoft.CodeAnalysis;
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
        if (!TypeTestSyntax.SeesBoth(syntax, source.Model))
        {
            graph.Add(new TypeTest(source, kind, syntax, type, input, bound ?? new Slot()));
        }
    }
}
