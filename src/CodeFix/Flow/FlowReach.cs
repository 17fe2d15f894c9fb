using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>
/// Tells the documents that a value of BatchNorm2d can get into, so that the others need not be bound. Code comes to such a
/// value by a name only: that of the type, of a type that holds it, or of a member whose declaration has one of these types.
/// Names are compared as text, whatever they mean: a document too many costs time, one too few would cost a flow.
/// </summary>
internal sealed class FlowReach
{
    // Members that code calls without naming them, beside operators, indexers and constructors: who has the type has them.
    private static readonly HashSet<string> CalledBySyntax = new(StringComparer.Ordinal)
    {
        "Add", "Deconstruct", "GetEnumerator", "GetAsyncEnumerator", "Current", "GetAwaiter", "GetResult", "Invoke", "Slice",
        "Select", "SelectMany", "Where", "OrderBy", "OrderByDescending", "ThenBy", "ThenByDescending", "Join", "GroupJoin", "GroupBy", "Cast",
    };

    private readonly HashSet<string> types = new(StringComparer.Ordinal) { NormSymbols.BatchNorm2d };
    private readonly HashSet<string> members = new(StringComparer.Ordinal);
    private readonly HashSet<string> inherited = new(StringComparer.Ordinal);
    private readonly List<DeclaredType> declared = [];
    private bool isEverywhere;

    private FlowReach()
    {
    }

    /// <summary>The documents, in their order.</summary>
    /// <param name="documents">All documents of the projects that see TorchSharp.</param>
    /// <param name="compilations">The compilations of these projects.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<ImmutableArray<Document>> FindAsync(
        IReadOnlyList<Document> documents, IEnumerable<Compilation> compilations, CancellationToken cancellationToken)
    {
        var roots = await Task.WhenAll(documents.Select(document => document.GetSyntaxRootAsync(cancellationToken))).ConfigureAwait(false);
        var reach = new FlowReach();
        foreach (var compilation in compilations)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reach.Read(compilation.Assembly.GlobalNamespace);
        }

        foreach (var root in roots.OfType<CompilationUnitSyntax>())
        {
            reach.declared.AddRange(root.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                .OfType<UsingDirectiveSyntax>()
                .Where(directive => directive.Alias is not null)
                .Select(directive => new DeclaredType(directive.Alias!.Name.Identifier.ValueText, Identifiers(directive.NamespaceOrType).ToArray(), [])));
        }

        while (reach.Grow())
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return documents.Where((_, index) => roots[index] is { } root && reach.Includes(root)).ToImmutableArray();
    }

    private bool Includes(SyntaxNode root) =>
        isEverywhere
        || root.DescendantTokens(descendIntoTrivia: true).Any(token => token.IsKind(SyntaxKind.IdentifierToken)
            && (types.Contains(token.ValueText)
                || members.Contains(token.ValueText)
                || (token.Parent is BaseTypeDeclarationSyntax && inherited.Contains(token.ValueText))))
        || InactiveCode.Constructions(root).Any();

    /// <summary>Adds what the names so far lead to; false where there is nothing more.</summary>
    private bool Grow()
    {
        var before = (types.Count, members.Count, inherited.Count);
        foreach (var type in declared)
        {
            if (type.Parents.Any(types.Contains))
            {
                types.Add(type.Name);
            }

            if (type.Parents.Any(inherited.Contains))
            {
                inherited.Add(type.Name);
            }

            foreach (var member in type.Members.Where(member => member.Types.Any(types.Contains)))
            {
                members.Add(member.Name);
                if (!member.IsPrivate)
                {
                    // Who derives from the type may make one of two of its members, without a word on either.
                    inherited.Add(type.Name);
                }

                if (member.IsCalledBySyntax)
                {
                    types.UnionWith(member.Receivers);
                    types.Add(type.Name);

                    // An extension block has no name, and its receiver is not seen here.
                    isEverywhere |= type.Name.Length == 0;
                }
            }
        }

        return (types.Count, members.Count, inherited.Count) != before;
    }

    private void Read(INamespaceOrTypeSymbol container)
    {
        foreach (var member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            Read(member);
        }

        if (container is INamedTypeSymbol type)
        {
            var parents = type.AllInterfaces.Add(type.BaseType!).Where(parent => parent is not null)
                .Concat(type.TypeParameters.SelectMany(parameter => parameter.ConstraintTypes));
            declared.Add(new DeclaredType(
                type.Name, Names(parents), type.GetMembers().Where(member => member is not INamedTypeSymbol).Select(Read).ToArray()));
        }
    }

    private static DeclaredMember Read(ISymbol member)
    {
        var types = member switch
        {
            IFieldSymbol field => [field.Type],
            IEventSymbol @event => [@event.Type],
            IPropertySymbol property => property.Parameters.Select(parameter => parameter.Type).Append(property.Type),
            IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType)
                .Concat(method.TypeParameters.SelectMany(parameter => parameter.ConstraintTypes)),
            _ => [],
        };
        var name = member.Name.Substring(member.Name.LastIndexOf('.') + 1);
        return new DeclaredMember(
            name,
            Names(types),
            member.DeclaredAccessibility == Accessibility.Private,
            CalledBySyntax.Contains(name)
                || member is IPropertySymbol { IsIndexer: true }
                || member is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.UserDefinedOperator or MethodKind.Conversion },
            member is IMethodSymbol { IsExtensionMethod: true } extension ? Names([extension.Parameters[0].Type]) : []);
    }

    private static string[] Names(IEnumerable<ITypeSymbol> types)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            Add(type, names);
        }

        return names.ToArray();
    }

    private static void Add(ITypeSymbol type, HashSet<string> names)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                Add(array.ElementType, names);
                break;
            case IPointerTypeSymbol pointer:
                Add(pointer.PointedAtType, names);
                break;
            case IFunctionPointerTypeSymbol { Signature: var signature }:
                foreach (var part in signature.Parameters.Select(parameter => parameter.Type).Append(signature.ReturnType))
                {
                    Add(part, names);
                }

                break;
            case INamedTypeSymbol named:
                names.Add(named.Name);
                foreach (var argument in named.TypeArguments)
                {
                    Add(argument, names);
                }

                if (named.ContainingType is { } container)
                {
                    Add(container, names);
                }

                break;
        }
    }

    private static IEnumerable<string> Identifiers(SyntaxNode node) =>
        node.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText);

    /// <param name="Name">The type's name, or an alias; empty for an extension block.</param>
    /// <param name="Parents">The names in its base types, interfaces and constraints, or in the alias's target.</param>
    /// <param name="Members">Its members.</param>
    private sealed record DeclaredType(string Name, string[] Parents, DeclaredMember[] Members);

    /// <param name="Name">The member's name.</param>
    /// <param name="Types">The names in the types of its declaration.</param>
    /// <param name="IsPrivate">Whether it is private.</param>
    /// <param name="IsCalledBySyntax">Whether code can call it without its name.</param>
    /// <param name="Receivers">The names in the type that it extends.</param>
    private sealed record DeclaredMember(
        string Name, string[] Types, bool IsPrivate, bool IsCalledBySyntax, string[] Receivers);
}
