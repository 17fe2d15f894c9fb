using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Reads one document into a <see cref="FlowGraph"/>: its declarations, then what its code does with values.</summary>
internal sealed class DocumentFlow
{
    private readonly Source source;
    private readonly FlowGraph graph;
    private readonly TypeNames names;
    private readonly InheritanceFlow inheritance;
    private readonly ValueShapes values;
    private readonly OperationFlow operations;

    private DocumentFlow(Source source, FlowGraph graph)
    {
        this.source = source;
        this.graph = graph;
        var declared = new DeclaredShapes(graph);
        names = new TypeNames(source, graph, declared);
        inheritance = new InheritanceFlow(source.Model, declared);
        values = new ValueShapes(source, graph, declared, names);
        operations = new OperationFlow(source, graph, declared, values, new PatternFlow(source, graph, declared, names));
    }

    /// <summary>Binds all code of a document, so that reading it finds the work done; null for one that holds no C#.</summary>
    public static async Task<Source?> BindAsync(Document document, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return null;
        }

        foreach (var node in root.DescendantNodesAndSelf().Where(IsCode))
        {
            model.GetOperation(node, cancellationToken);
        }

        return new Source(document, model, TypeNames.In(root, model).ToImmutableArray());
    }

    /// <summary>Reads a document.</summary>
    /// <param name="source">The document.</param>
    /// <param name="graph">The graph to fill.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static void Read(Source source, FlowGraph graph, CancellationToken cancellationToken)
    {
        var root = source.Model.SyntaxTree.GetRoot(cancellationToken);
        if (graph.IsFixed(root.SyntaxTree))
        {
            var unedited = graph.ForUneditedCode();
            new DocumentFlow(source, unedited).Read(root, cancellationToken);
            graph.AddUnedited(unedited);
            return;
        }

        var flow = new DocumentFlow(source, graph);
        flow.Read(root, cancellationToken);
        flow.names.ReportUnfollowed();
        graph.Inactive.AddRange(InactiveCode.Constructions(root).Select(span =>
            new UnfollowedUse(source, span, "it is in code that #if leaves out of the configuration at hand")));
    }

    private void Read(SyntaxNode root, CancellationToken cancellationToken)
    {
        foreach (var node in root.DescendantNodesAndSelf(descendIntoTrivia: true))
        {
            cancellationToken.ThrowIfCancellationRequested();
            names.ReadDeclaration(node);
            inheritance.Read(node);
            ReadCode(node);
        }
    }

    /// <summary>Reads the operations of a node that is the root of executable code.</summary>
    private void ReadCode(SyntaxNode node)
    {
        if (IsCode(node) && source.Model.GetOperation(node) is { } operation)
        {
            Walk(operation);
        }
    }

    private static bool IsCode(SyntaxNode node) => node switch
    {
        BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PrimaryConstructorBaseTypeSyntax => true,
        CompilationUnitSyntax unit => unit.Members.Any(member => member is GlobalStatementSyntax),
        ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax } => true,
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } => true,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } } => true,
        _ => false,
    };

    private void Walk(IOperation operation)
    {
        operations.Read(operation);
        if (values.Of(operation) is { } shape)
        {
            foreach (var slot in shape.Slots)
            {
                graph.Uses.Add(new SlotUse(operation.Syntax.SyntaxTree.FilePath, operation.Syntax.Span, slot));
            }
        }

        foreach (var child in operation.ChildOperations)
        {
            Walk(child);
        }
    }
}
