using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>
/// A type with a <see cref="Slot"/> at each place where it names BatchNorm2d: <c>Dictionary&lt;string, BatchNorm2d[]&gt;</c> is
/// a shape with two parts, of which the first is null, since it names no BatchNorm2d, and the second a shape with one part.
/// </summary>
/// <param name="Type">The type. Only its definition counts where it is generic; the parts tell the arguments.</param>
/// <param name="Slot">The slot, where the type is BatchNorm2d itself.</param>
/// <param name="Parts">One shape a part of the type, in the order of <see cref="TypeParts.Of"/>; null for a part without slots.</param>
internal sealed record Shape(ITypeSymbol Type, Slot? Slot, ImmutableArray<Shape?> Parts)
{
    /// <summary>The slots of the shape, each once.</summary>
    public IEnumerable<Slot> Slots =>
        (Slot is null ? [] : new[] { Slot }).Concat(Parts.Where(part => part is not null).SelectMany(part => part!.Slots));

    /// <summary>Makes the slots stay as they are, and says why.</summary>
    public void Fix(string reason)
    {
        foreach (var slot in Slots)
        {
            slot.Facts.HasPlain = true;
            slot.Facts.Demand ??= reason;
        }
    }

    /// <summary>The part at an index, or null.</summary>
    public Shape? Part(int index) => index < Parts.Length ? Parts[index] : null;

    /// <summary>The shape of a type, with each slot from <paramref name="slotAt"/>, which is given the path to it; null where the type has none.</summary>
    public static Shape? Of(ITypeSymbol? type, Func<string, Slot> slotAt, string path = "")
    {
        if (type is null)
        {
            return null;
        }

        if (NormSymbols.IsBatchNorm2d(type))
        {
            return new Shape(type, slotAt(path), ImmutableArray<Shape?>.Empty);
        }

        return Assemble(type, (part, index) => Of(part, slotAt, path + "/" + index));
    }

    /// <summary>A shape with slots of its own.</summary>
    public static Shape? Fresh(ITypeSymbol? type) => Of(type, _ => new Slot());

    /// <summary>
    /// The shape of a member's type as seen through its receiver: the slots of the declaration stay, and each type parameter
    /// has the shape that <paramref name="arguments"/> gives it.
    /// </summary>
    public static Shape? Substitute(ITypeSymbol type, Shape? declared, TypeArguments arguments)
    {
        if (type is ITypeParameterSymbol parameter)
        {
            return arguments[parameter];
        }

        return declared?.Slot is not null
            ? declared
            : Assemble(type, (part, index) => Substitute(part, declared?.Part(index), arguments));
    }

    /// <summary>Makes one group of the slots that stand at the same places of two shapes.</summary>
    public static void Unite(Shape? left, Shape? right)
    {
        if (left is null || right is null || ReferenceEquals(left, right))
        {
            return;
        }

        if (left.Slot is not null && right.Slot is not null)
        {
            left.Slot.Unite(right.Slot);
        }

        for (var index = 0; index < Math.Min(left.Parts.Length, right.Parts.Length); index++)
        {
            Unite(left.Parts[index], right.Parts[index]);
        }
    }

    /// <summary>The shape of a value where <c>T?</c> of a value type is taken for <c>T</c>, or the other way round.</summary>
    public static Shape? Lifted(Shape? shape, ITypeSymbol? type)
    {
        if (shape is null || type is null || TypeParts.IsNullable(shape.Type) == TypeParts.IsNullable(type))
        {
            return shape;
        }

        return TypeParts.IsNullable(type) ? new Shape(type, Slot: null, ImmutableArray.Create<Shape?>(shape)) : shape.Part(0);
    }

    public static Shape? Assemble(ITypeSymbol type, Func<ITypeSymbol, int, Shape?> shapeOfPart)
    {
        var parts = TypeParts.Of(type).Select(shapeOfPart).ToImmutableArray();
        return parts.All(part => part is null) ? null : new Shape(type, Slot: null, parts);
    }
}

/// <summary>The parts of a type in which a BatchNorm2d can stand.</summary>
internal static class TypeParts
{
    /// <summary>
    /// An array's element; a tuple's elements; the type arguments of a generic type, those of its containing types first.
    /// </summary>
    public static ImmutableArray<ITypeSymbol> Of(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => ImmutableArray.Create(array.ElementType),
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Select(element => element.Type).ToImmutableArray(),
        INamedTypeSymbol { IsGenericType: true } named => OutermostFirst(named).SelectMany(container => container.TypeArguments).ToImmutableArray(),
        _ => ImmutableArray<ITypeSymbol>.Empty,
    };

    /// <summary>Whether a type is <c>T?</c> of a value type.</summary>
    public static bool IsNullable(ITypeSymbol? type) => type?.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;

    private static IEnumerable<INamedTypeSymbol> OutermostFirst(INamedTypeSymbol type) =>
        type.ContainingType is null ? [type] : OutermostFirst(type.ContainingType).Append(type);
}

/// <summary>The shapes that the type parameters of a generic type or method stand for at one use of it.</summary>
internal sealed class TypeArguments
{
    private readonly Dictionary<ITypeParameterSymbol, Shape?> shapes = new(SymbolEqualityComparer.Default);

    public Shape? this[ITypeParameterSymbol parameter]
    {
        get => shapes.TryGetValue(parameter.OriginalDefinition, out var shape) ? shape : null;
        set => shapes[parameter.OriginalDefinition] = value;
    }

    /// <summary>Adds the type arguments that a shape holds for the parameters of its type's definition.</summary>
    public TypeArguments With(Shape? shape)
    {
        if (shape is { Type: INamedTypeSymbol named })
        {
            var parameters = TypeParts.Of(named.OriginalDefinition);
            for (var index = 0; index < parameters.Length; index++)
            {
                if (parameters[index] is ITypeParameterSymbol parameter)
                {
                    this[parameter] = shape.Part(index);
                }
            }
        }

        return this;
    }
}
