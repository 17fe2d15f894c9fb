using System.Reflection;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Gives the shapes of declared symbols, and of types as seen as one of their base types.</summary>
internal sealed class DeclaredShapes(FlowGraph graph)
{
    // Extension blocks are newer than the oldest Roslyn that this runs on, which has no name for their parameter.
    private static readonly PropertyInfo? ExtensionParameter = typeof(INamedTypeSymbol).GetProperty("ExtensionParameter");

    /// <summary>The shape of the type of a field, local, parameter, property or event, or of what a method returns.</summary>
    public Shape? Of(ISymbol symbol)
    {
        symbol = Declaration(symbol);
        var type = TypeOf(symbol);
        if (type is null)
        {
            return null;
        }

        return Key(symbol) is { } key
            ? Shape.Of(type, path => graph.DeclaredSlot(key + path))
            : Shape.Of(type, path => Compiled(symbol, isWhole: path.Length == 0));
    }

    /// <summary>Whether the declared types of a symbol cannot be changed: it is compiled, generated or in a file that stays.</summary>
    public bool IsFixed(ISymbol symbol) => Key(Declaration(symbol)) is null;

    /// <summary>The shape of a member's type seen through a receiver of type <paramref name="receiver"/> and shape <paramref name="shape"/>.</summary>
    public Shape? Member(ISymbol member, ITypeSymbol? receiver, Shape? shape)
    {
        var definition = member.OriginalDefinition;
        var type = TypeOf(definition);
        if (type is null)
        {
            return null;
        }

        if (member is IFieldSymbol { ContainingType.IsTupleType: true } element)
        {
            return shape?.Part(TupleIndex(element));
        }

        return Shape.Substitute(type, Of(definition), ArgumentsOf(member.ContainingType, receiver, shape));
    }

    /// <summary>The parameter of the extension block that a member is declared in; null for a member of a type.</summary>
    public static IParameterSymbol? ReceiverParameter(ISymbol member) =>
        member.ContainingType is null ? null : (IParameterSymbol?)ExtensionParameter?.GetValue(member.ContainingType);

    /// <summary>The type arguments that a containing type has, seen through a receiver.</summary>
    public TypeArguments ArgumentsOf(INamedTypeSymbol? container, ITypeSymbol? receiver, Shape? shape)
    {
        var arguments = new TypeArguments();
        if (container is null || TypeParts.Of(container).IsEmpty)
        {
            return arguments;
        }

        return arguments.With(receiver is null ? StaticContainer(container) : As(receiver, shape, container.OriginalDefinition));
    }

    /// <summary>The one shape of a constructed type that is named to reach its static members.</summary>
    public Shape? StaticContainer(INamedTypeSymbol container) =>
        Shape.Of(container, path => graph.DeclaredSlot("static:" + container.ToDisplayString() + path));

    /// <summary>The shape of a type seen as a base type or interface of it; null where it has no slots there or is no such type.</summary>
    public Shape? As(ITypeSymbol type, Shape? shape, INamedTypeSymbol definition)
    {
        if (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, definition))
        {
            return shape;
        }

        if (type is IArrayTypeSymbol)
        {
            return shape is not null && definition is { Arity: 1, TypeKind: TypeKind.Interface }
                ? new Shape(definition, Slot: null, shape.Parts)
                : null;
        }

        if (type.OriginalDefinition is not INamedTypeSymbol named)
        {
            return null;
        }

        var arguments = new TypeArguments().With(shape);
        foreach (var parent in DirectBases(named))
        {
            if (SymbolEqualityComparer.Default.Equals(parent.OriginalDefinition, definition)
                || parent.AllInterfaces.Any(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, definition))
                || Ancestors(parent).Any(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, definition)))
            {
                return As(parent, Shape.Substitute(parent, BaseType(named, parent), arguments), definition);
            }
        }

        return null;
    }

    /// <summary>The shape of a value of one type converted, without a change of the value, to another.</summary>
    public Shape? Converted(ITypeSymbol? from, Shape? shape, ITypeSymbol? to)
    {
        switch (to)
        {
            case null:
                return null;
            case var _ when NormSymbols.IsBatchNorm2d(to):
                return shape?.Slot is null ? null : shape;
            case var _ when TypeParts.IsNullable(to) && !TypeParts.IsNullable(from):
                return Shape.Lifted(Converted(from, shape, TypeParts.Of(to)[0]), to);
            case var _ when TypeParts.IsNullable(from) && !TypeParts.IsNullable(to):
                return Converted(TypeParts.Of(from!)[0], shape?.Part(0), to);
            case IArrayTypeSymbol when from is IArrayTypeSymbol:
            case INamedTypeSymbol { IsTupleType: true } when from is { IsTupleType: true }:
                return ConvertedParts(TypeParts.Of(from), shape, to);
            case INamedTypeSymbol when IsSpan(to) && (from is IArrayTypeSymbol || IsSpan(from)):
                // C# 14 converts without an operator, and neither type is a base of the other.
                return ConvertedParts(TypeParts.Of(from!), shape, to);
            case INamedTypeSymbol { IsGenericType: true } named when from is not null:
                var seen = As(from, shape, named.OriginalDefinition);
                return seen is null ? null : ConvertedParts(TypeParts.Of(seen.Type), seen, to);
            default:
                return null;
        }
    }

    private static bool IsSpan(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Arity: 1, Name: "Span" or "ReadOnlySpan", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    /// <summary>
    /// Ties the parts of a type that a value is cast to or tested for to those of the type that it is declared with; false
    /// where that says nothing of them.
    /// </summary>
    public bool Narrowed(Shape narrow, Shape? declaredAs)
    {
        var seen = declaredAs is null ? null : Converted(narrow.Type, narrow, declaredAs.Type);
        Shape.Unite(seen, declaredAs);
        return seen is not null;
    }

    private Shape? ConvertedParts(IReadOnlyList<ITypeSymbol> from, Shape? shape, ITypeSymbol to) =>
        shape is null ? null : Shape.Assemble(to, (part, index) =>
            NormSymbols.IsBatchNorm2d(part) || index >= from.Count || from[index] is ITypeParameterSymbol
                ? MatchingPart(shape.Part(index), part)
                : Converted(from[index], shape.Part(index), part));

    private Shape? MatchingPart(Shape? shape, ITypeSymbol type) =>
        shape is null ? null
        : NormSymbols.IsBatchNorm2d(type) ? (shape.Slot is null ? null : shape)
        : Converted(shape.Type, shape, type);

    /// <summary>The shape of a type in a base list, in terms of the type parameters of the type that has the list.</summary>
    public Shape? BaseType(INamedTypeSymbol type, INamedTypeSymbol parent) =>
        Key(type) is { } key
            ? Shape.Of(parent, path => graph.DeclaredSlot(key + ":" + parent.OriginalDefinition.ToDisplayString() + path))
            : Shape.Of(parent, _ => Compiled(type, isWhole: false));

    /// <summary>The shape of a part that a Deconstruct method takes out of a value.</summary>
    public Shape? Deconstructed(IMethodSymbol method, int index, ITypeSymbol? type, Shape? value)
    {
        var definition = method.ReducedFrom ?? method;
        if (definition.IsStatic)
        {
            Shape.Unite(value, Of(definition.Parameters[0]));
        }

        var parameter = definition.Parameters[definition.IsStatic ? index + 1 : index];
        return Shape.Substitute(
            parameter.OriginalDefinition.Type, Of(parameter), ArgumentsOf(method.ContainingType, type, value));
    }

    /// <summary>What a declaration that no edit can reach demands, in words.</summary>
    public string Demand(ISymbol symbol) => $"{symbol.ToDisplayString()} {HowFixed(symbol)}";

    private string HowFixed(ISymbol symbol) => symbol.DeclaringSyntaxReferences.FirstOrDefault() switch
    {
        null when symbol.ContainingAssembly is not ISourceAssemblySymbol => "is compiled with BatchNorm2d",
        { SyntaxTree: var tree } when graph.FixedBecause(tree) is { } reason => $"is declared with BatchNorm2d in a file that is not to be edited: {reason}",
        _ => "is generated with BatchNorm2d",
    };

    public static int TupleIndex(IFieldSymbol element)
    {
        var fields = element.ContainingType.TupleElements;
        for (var index = 0; index < fields.Length; index++)
        {
            if (fields[index].Name == element.Name
                || fields[index].CorrespondingTupleField?.Name == (element.CorrespondingTupleField ?? element).Name)
            {
                return index;
            }
        }

        return int.MaxValue;
    }

    /// <summary>The symbol whose declaration holds the type: the property of an accessor, the property behind a deconstruction.</summary>
    private static ISymbol Declaration(ISymbol symbol) => Whole(Declared(symbol));

    private static ISymbol Declared(ISymbol symbol) => symbol.OriginalDefinition switch
    {
        IMethodSymbol { MethodKind: MethodKind.PropertyGet, AssociatedSymbol: { } property } => property,
        IMethodSymbol { PartialDefinitionPart: { } definition } => definition,
        IParameterSymbol { ContainingSymbol: IMethodSymbol { PartialDefinitionPart: { } definition } } parameter => definition.Parameters[parameter.Ordinal],
        IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet, AssociatedSymbol: IPropertySymbol indexer } } index
            when index.Ordinal < indexer.Parameters.Length => indexer.Parameters[index.Ordinal],
        IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.EventAdd or MethodKind.EventRemove, AssociatedSymbol: { } @event } } => @event,
        IFieldSymbol { AssociatedSymbol: IPropertySymbol property } => property,
        IParameterSymbol { IsImplicitlyDeclared: true, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.PropertySet, AssociatedSymbol: { } property } } value
            when value.Ordinal == ((IMethodSymbol)value.ContainingSymbol).Parameters.Length - 1 => property,
        IParameterSymbol { ContainingSymbol: IMethodSymbol { IsImplicitlyDeclared: true, Name: "Deconstruct" } method } part
            when method.ContainingType.GetMembers(part.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property => property,
        var definition => definition,
    };

    /// <summary>
    /// The part of a partial property or event that stands for both: the oldest Roslyn that this runs on has no name for it,
    /// but of the two it alone is among its type's members.
    /// </summary>
    private static ISymbol Whole(ISymbol symbol)
    {
        switch (symbol)
        {
            case IPropertySymbol or IEventSymbol:
                var members = symbol.ContainingType.GetMembers(symbol.Name);
                return members.Contains(symbol, SymbolEqualityComparer.Default)
                    ? symbol
                    : members.FirstOrDefault(member => HasSignatureOf(member, symbol)) ?? symbol;
            case IParameterSymbol { ContainingSymbol: IPropertySymbol indexer } parameter:
                return ((IPropertySymbol)Whole(indexer)).Parameters[parameter.Ordinal];
            default:
                return symbol;
        }
    }

    private static bool HasSignatureOf(ISymbol member, ISymbol other) => (member, other) switch
    {
        (IPropertySymbol left, IPropertySymbol right) => left.Parameters.Select(each => each.Type)
            .SequenceEqual(right.Parameters.Select(each => each.Type), SymbolEqualityComparer.Default),
        _ => member.Kind == other.Kind,
    };

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        IFieldSymbol field => field.Type,
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IPropertySymbol property => property.Type,
        IEventSymbol @event => @event.Type,
        IMethodSymbol method => method.ReturnType,
        _ => null,
    };

    /// <summary>
    /// Names a declaration by its place in the sources, which is the same in every compilation that has the file; null for
    /// one that no edit can reach.
    /// </summary>
    private string? Key(ISymbol symbol)
    {
        var kind = symbol is IMethodSymbol ? "returns" : symbol is ITypeSymbol ? "base" : "value";
        var declared = symbol is IMethodSymbol { MethodKind: MethodKind.DelegateInvoke } ? symbol.ContainingType : symbol;
        if (declared.DeclaringSyntaxReferences.OrderBy(each => each.SyntaxTree.FilePath, StringComparer.Ordinal).FirstOrDefault() is { } reference)
        {
            return graph.IsFixed(reference.SyntaxTree)
                ? null
                : $"{reference.SyntaxTree.FilePath}:{reference.Span.Start}:{kind}";
        }

        // What the compiler makes up, a query's range variable for one, has no declaration of its own but lies in one.
        return symbol.ContainingAssembly is ISourceAssemblySymbol && symbol.ContainingSymbol is { } container && Key(container) is { } outer
            ? $"{outer}:{symbol.Name}:{kind}"
            : null;
    }

    private Slot Compiled(ISymbol symbol, bool isWhole)
    {
        var slot = new Slot();
        var demands = symbol is IParameterSymbol { RefKind: RefKind.None or RefKind.In } || !isWhole;
        slot.Facts.HasPlain = !demands || !isWhole;
        if (demands)
        {
            slot.Facts.Demand = Demand(symbol.ContainingSymbol);
        }

        return slot;
    }

    private static IEnumerable<INamedTypeSymbol> DirectBases(INamedTypeSymbol type) =>
        type.BaseType is null ? type.Interfaces : type.Interfaces.Prepend(type.BaseType);

    private static IEnumerable<INamedTypeSymbol> Ancestors(INamedTypeSymbol type)
    {
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            yield return ancestor;
        }
    }
}
