using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Unites the types of members with those of the members that they override or implement, or that C# demands beside them.</summary>
internal sealed class InheritanceFlow(SemanticModel model, DeclaredShapes declared)
{
    private const string Checked = "op_Checked";

    /// <summary>What overrides or implements a member has the member's types, and so has the operator that it is a pair with.</summary>
    public void Read(SyntaxNode node)
    {
        if (node is not (MemberDeclarationSyntax or ParameterSyntax or VariableDeclaratorSyntax))
        {
            return;
        }

        switch (model.GetDeclaredSymbol(node))
        {
            case IMethodSymbol method:
                Inherit(method, method.OverriddenMethod);
                ReadPair(method);
                break;
            case IPropertySymbol property:
                Inherit(property, property.OverriddenProperty);
                break;
            case IEventSymbol @event:
                Inherit(@event, @event.OverriddenEvent);
                break;
            case INamedTypeSymbol type:
                ReadImplementations(type);
                break;
        }
    }

    /// <summary>C# demands <c>!=</c> of the same types beside <c>==</c>, and a plain operator beside a checked one.</summary>
    private void ReadPair(IMethodSymbol method)
    {
        var other = method switch
        {
            { MethodKind: not (MethodKind.UserDefinedOperator or MethodKind.Conversion) } => null,
            { Name: WellKnownMemberNames.EqualityOperatorName } => WellKnownMemberNames.InequalityOperatorName,
            { Name: WellKnownMemberNames.LessThanOperatorName } => WellKnownMemberNames.GreaterThanOperatorName,
            { Name: WellKnownMemberNames.LessThanOrEqualOperatorName } => WellKnownMemberNames.GreaterThanOrEqualOperatorName,
            { Name: var name } when name.StartsWith(Checked, StringComparison.Ordinal) => "op_" + name.Substring(Checked.Length),
            _ => null,
        };
        if (other is null)
        {
            return;
        }

        foreach (var pair in method.ContainingType.GetMembers(other).OfType<IMethodSymbol>().Where(each => Signature(each).SequenceEqual(Signature(method), SymbolEqualityComparer.Default)))
        {
            Shape.Unite(declared.Of(method), declared.Of(pair));
            foreach (var (parameter, same) in method.Parameters.Zip(pair.Parameters, (left, right) => (left, right)))
            {
                Shape.Unite(declared.Of(parameter), declared.Of(same));
            }
        }
    }

    private static IEnumerable<ITypeSymbol> Signature(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType);

    private void ReadImplementations(INamedTypeSymbol type)
    {
        foreach (var member in type.AllInterfaces.SelectMany(each => each.GetMembers()))
        {
            if (type.FindImplementationForInterfaceMember(member) is { } implementation)
            {
                Inherit(implementation, member, type);
            }
        }
    }

    private void Inherit(ISymbol member, ISymbol? parent, INamedTypeSymbol? through = null)
    {
        if (parent is null)
        {
            return;
        }

        var type = through ?? member.ContainingType;
        Unite(declared.Member(member, type, null), declared.Member(parent, type, null), parent, parent);
        foreach (var (parameter, inherited) in ParametersOf(member).Zip(ParametersOf(parent), (left, right) => (left, right)))
        {
            Unite(declared.Of(parameter), InheritedParameter(inherited, parent, type), inherited, parent);
        }
    }

    private Shape? InheritedParameter(IParameterSymbol parameter, ISymbol parent, INamedTypeSymbol type) =>
        Shape.Substitute(
            parameter.OriginalDefinition.Type, declared.Of(parameter), declared.ArgumentsOf(parent.ContainingType, type, null));

    private static IEnumerable<IParameterSymbol> ParametersOf(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        _ => ImmutableArray<IParameterSymbol>.Empty,
    };

    /// <summary>
    /// Unites a declaration with the one that it inherits from. That one may be compiled, and then demands BatchNorm2d where
    /// it names the type itself; where it names a type parameter, the sources say what stands for it.
    /// </summary>
    private void Unite(Shape? shape, Shape? inherited, ISymbol declaration, ISymbol member)
    {
        Shape.Unite(shape, inherited);
        if (declared.IsFixed(member) && declared.Of(declaration) is { } compiled)
        {
            compiled.Fix(declared.Demand(member));
            Shape.Unite(shape, compiled);
        }
    }
}
