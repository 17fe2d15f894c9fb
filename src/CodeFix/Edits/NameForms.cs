using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>Finds the shortest form of a name that means the right thing at a position of a document.</summary>
/// <param name="model">The document's semantic model, in a compilation that references the runtime.</param>
internal sealed class NameForms(SemanticModel model)
{
    private readonly Dictionary<SyntaxNode, HashSet<string>> taken = [];

    /// <summary>The namespaces that the forms given so far need a using directive for.</summary>
    public SortedSet<string> Imports { get; } = new(StringComparer.Ordinal);

    /// <summary>A type, where only types and namespaces can hide it.</summary>
    /// <param name="namespace">The type's namespace.</param>
    /// <param name="name">The type's name.</param>
    /// <param name="place">The node that the name is for. In a using directive no other using directive holds.</param>
    public string Type(string @namespace, string name, SyntaxNode place) =>
        place.FirstAncestorOrSelf<UsingDirectiveSyntax>() is null
            ? Form(@namespace, name, place.SpanStart, model.LookupNamespacesAndTypes(place.SpanStart, name: name))
            : @namespace + "." + name;

    /// <summary>
    /// A type in a pattern or at the start of an expression, where anything of its name can hide it: a local or a member, and
    /// after <c>using static TorchSharp.torch.nn</c>, the factory method hides the type BatchNorm2d.
    /// </summary>
    public string Expression(string @namespace, string name, int position) =>
        Form(@namespace, name, position, model.LookupSymbols(position, name: name));

    /// <summary>A name for a variable at a node, which nothing in its member has and which is given once there.</summary>
    public string Free(SyntaxNode node)
    {
        var member = node.Ancestors().FirstOrDefault(each => each is MemberDeclarationSyntax and not GlobalStatementSyntax) ?? node.SyntaxTree.GetRoot();
        if (!taken.TryGetValue(member, out var names))
        {
            var identifiers = member.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken));
            taken.Add(member, names = new HashSet<string>(identifiers.Select(token => token.ValueText), StringComparer.Ordinal));
        }

        return Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? "norm" : "norm" + number).First(names.Add);
    }

    private string Form(string @namespace, string name, int position, ImmutableArray<ISymbol> found)
    {
        if (found.IsEmpty)
        {
            Imports.Add(@namespace);
            return name;
        }

        if (found.All(symbol => symbol is INamedTypeSymbol && symbol.ToDisplayString() == @namespace + "." + name))
        {
            return name;
        }

        var root = @namespace.Substring(0, @namespace.IndexOf('.'));
        var isClear = model.LookupSymbols(position, name: root)
            .All(symbol => symbol is INamespaceSymbol { ContainingNamespace.IsGlobalNamespace: true });
        return (isClear ? "" : "global::") + @namespace + "." + name;
    }
}
