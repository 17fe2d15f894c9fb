using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Ties the names of BatchNorm2d in the types of one document to the slots that decide on them.</summary>
internal sealed class TypeNames(Source source, FlowGraph graph, DeclaredShapes declared)
{
    private readonly SemanticModel model = source.Model;

    /// <summary>Ties the types that a declaration spells out to the slots of what it declares.</summary>
    public void ReadDeclaration(SyntaxNode node)
    {
        switch (node)
        {
            case VariableDeclarationSyntax variables:
                foreach (var variable in variables.Variables)
                {
                    BindDeclared(variables.Type, model.GetDeclaredSymbol(variable), variable.Initializer?.Value);
                }

                break;
            case MethodDeclarationSyntax method:
                BindDeclared(method.ReturnType, model.GetDeclaredSymbol(method));
                break;
            case LocalFunctionStatementSyntax function:
                BindDeclared(function.ReturnType, model.GetDeclaredSymbol(function));
                break;
            case OperatorDeclarationSyntax @operator:
                BindDeclared(@operator.ReturnType, model.GetDeclaredSymbol(@operator));
                break;
            case ConversionOperatorDeclarationSyntax conversion:
                BindDeclared(conversion.Type, model.GetDeclaredSymbol(conversion));
                break;
            case DelegateDeclarationSyntax @delegate:
                BindDeclared(@delegate.ReturnType, model.GetDeclaredSymbol(@delegate)?.DelegateInvokeMethod);
                break;
            case BasePropertyDeclarationSyntax property:
                BindDeclared(property.Type, model.GetDeclaredSymbol(property));
                break;
            case ParameterSyntax { Type: { } type } parameter:
                BindDeclared(type, model.GetDeclaredSymbol(parameter));
                break;
            case ForEachStatementSyntax loop:
                BindDeclared(loop.Type, model.GetDeclaredSymbol(loop));
                break;
            case DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } declaration:
                BindDeclared(declaration.Type, model.GetDeclaredSymbol(variable));
                break;
            case ParenthesizedLambdaExpressionSyntax { ReturnType: { } type } lambda:
                BindDeclared(type, model.GetSymbolInfo(lambda).Symbol);
                break;
            case BaseTypeSyntax { Parent.Parent: TypeDeclarationSyntax type } parent:
                BindBase(parent.Type, model.GetDeclaredSymbol(type));
                break;
            case ExplicitInterfaceSpecifierSyntax { Parent.Parent: TypeDeclarationSyntax type } specifier:
                BindBase(specifier.Name, model.GetDeclaredSymbol(type));
                break;
            case CrefParameterSyntax { Parent.Parent: MemberCrefSyntax member } parameter:
                BindReferenced(parameter, member);
                break;
            case UsingDirectiveSyntax { Alias: not null } alias:
                BindAlias(alias);
                break;
        }
    }

    /// <summary>Ties the names in a type to the slots of a shape of that type.</summary>
    public void Bind(ExpressionSyntax? syntax, Shape? shape)
    {
        if (syntax is null || shape is null)
        {
            return;
        }

        switch (syntax)
        {
            case NullableTypeSyntax nullable:
                Bind(nullable.ElementType, TypeParts.IsNullable(shape.Type) ? shape.Part(0) : shape);
                break;
            case RefTypeSyntax reference:
                Bind(reference.Type, shape);
                break;
            case ScopedTypeSyntax scoped:
                Bind(scoped.Type, shape);
                break;
            case ArrayTypeSyntax array:
                Bind(array.ElementType, array.RankSpecifiers.Aggregate((Shape?)shape, (outer, _) => outer?.Part(0)));
                break;
            case TupleTypeSyntax tuple:
                BindAll(tuple.Elements.Select(element => element.Type), shape.Parts);
                break;
            case IdentifierNameSyntax { IsVar: true }:
                break;
            case IdentifierNameSyntax name when shape.Slot is null:
                UniteWithAlias(name, shape);
                break;
            default:
                BindName(syntax, shape);
                break;
        }
    }

    /// <summary>Ties the type arguments of <c>Cache&lt;BatchNorm2d&gt;.Shared</c>.</summary>
    public void BindStaticContainer(SyntaxNode syntax, INamedTypeSymbol? container)
    {
        if (container is not { IsGenericType: true } || declared.StaticContainer(container) is not { } shape)
        {
            return;
        }

        var access = syntax is InvocationExpressionSyntax call ? call.Expression : syntax;
        if (access is MemberAccessExpressionSyntax { Expression: var named } && TypeNaming.RightmostName(named) is GenericNameSyntax)
        {
            Bind(named, shape);
        }
    }

    /// <summary>The names of BatchNorm2d in a document.</summary>
    public static IEnumerable<SimpleNameSyntax> In(SyntaxNode root, SemanticModel model) => root.DescendantNodes()
        .OfType<SimpleNameSyntax>()
        .Where(name => (name.Identifier.ValueText == NormSymbols.BatchNorm2d || model.GetAliasInfo(name) is not null)
            && NormSymbols.IsBatchNorm2d(model.GetSymbolInfo(name).Symbol as ITypeSymbol));

    /// <summary>Reports each name of BatchNorm2d in the document that nothing accounts for.</summary>
    public void ReportUnfollowed()
    {
        foreach (var name in source.Names)
        {
            var whole = Whole(name);
            if (graph.IsAccountedFor(whole)
                || name.Ancestors().Any(node => node is UsingDirectiveSyntax || node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } }))
            {
                continue;
            }

            var reason = whole.Parent is TypeOfExpressionSyntax
                ? "typeof names one type, and what it is used for is not known"
                : "this use of the type is not followed";
            graph.Unfollowed.Add(new UnfollowedUse(source, whole.Span, reason));
        }
    }

    /// <summary>The dotted name that ends in a simple name.</summary>
    private static ExpressionSyntax Whole(SimpleNameSyntax name) => name.Parent switch
    {
        QualifiedNameSyntax qualified when qualified.Right == name => qualified,
        AliasQualifiedNameSyntax aliased when aliased.Name == name && aliased.Parent is not QualifiedNameSyntax => aliased,
        MemberAccessExpressionSyntax access when access.Name == name => access,
        _ => name,
    };

    private void BindDeclared(TypeSyntax type, ISymbol? symbol, ExpressionSyntax? initializer = null)
    {
        if (symbol is null || declared.Of(symbol) is not { } shape)
        {
            return;
        }

        if (type.IsVar)
        {
            NameImplicit(type, shape.Slot, initializer);
        }
        else
        {
            Bind(type, shape);
        }
    }

    /// <summary>
    /// <c>var</c> takes the type of a plain reference along, but where it stands for a construction or a choice between
    /// values, a group of the base type needs the type spelled out.
    /// </summary>
    private void NameImplicit(TypeSyntax type, Slot? slot, ExpressionSyntax? initializer)
    {
        while (initializer is ParenthesizedExpressionSyntax parenthesized)
        {
            initializer = parenthesized.Expression;
        }

        var spellsOut = initializer is ConditionalExpressionSyntax or SwitchExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression }
            || (initializer is InvocationExpressionSyntax call && model.GetSymbolInfo(call).Symbol is IMethodSymbol method && NormSymbols.IsFactory(method));
        if (slot is not null && spellsOut)
        {
            graph.Add(new TypeName(source, type, slot));
        }
    }

    /// <summary>A documentation reference to a method names its parameters' types, and has to name the new ones.</summary>
    private void BindReferenced(CrefParameterSyntax parameter, MemberCrefSyntax member)
    {
        var index = ((CrefParameterListSyntax)parameter.Parent!).Parameters.IndexOf(parameter);
        if (model.GetSymbolInfo(member).Symbol is IMethodSymbol method && index < method.Parameters.Length)
        {
            Bind(parameter.Type, declared.Of(method.Parameters[index]));
        }
    }

    private void BindBase(TypeSyntax syntax, INamedTypeSymbol? type)
    {
        if (type is not null && (model.GetTypeInfo(syntax).Type ?? model.GetSymbolInfo(syntax).Symbol) is INamedTypeSymbol parent)
        {
            Bind(syntax, declared.BaseType(type, parent));
        }
    }

    private void BindAlias(UsingDirectiveSyntax directive)
    {
        if (model.GetDeclaredSymbol(directive) is { } alias && AliasShape(alias) is { Slot: null } shape)
        {
            Bind(directive.NamespaceOrType, shape);
        }
    }

    private void UniteWithAlias(IdentifierNameSyntax name, Shape shape)
    {
        if (model.GetAliasInfo(name) is { } alias)
        {
            Shape.Unite(shape, AliasShape(alias));
        }
    }

    /// <summary>An alias of <c>List&lt;BatchNorm2d&gt;</c> has one shape for all its uses; an alias of BatchNorm2d itself is a name like another.</summary>
    private Shape? AliasShape(IAliasSymbol alias)
    {
        var reference = alias.DeclaringSyntaxReferences.FirstOrDefault();
        return reference is null
            ? null
            : Shape.Of(alias.Target as ITypeSymbol, path => graph.DeclaredSlot($"{reference.SyntaxTree.FilePath}:{reference.Span.Start}:alias{path}"));
    }

    private void BindName(ExpressionSyntax syntax, Shape shape)
    {
        if (shape.Slot is { } slot)
        {
            graph.Add(new TypeName(source, syntax, slot));
            return;
        }

        var arguments = syntax.DescendantNodesAndSelf(node => node is not TypeArgumentListSyntax)
            .OfType<TypeArgumentListSyntax>()
            .SelectMany(list => list.Arguments)
            .ToImmutableArray();

        // Inside a generic type its own nested types are named without the outer arguments: the last ones are those written.
        BindAll(arguments, shape.Parts.Skip(Math.Max(0, shape.Parts.Length - arguments.Length)));
    }

    private void BindAll(IEnumerable<TypeSyntax> types, IEnumerable<Shape?> shapes)
    {
        foreach (var (type, shape) in types.Zip(shapes, (left, right) => (left, right)))
        {
            Bind(type, shape);
        }
    }
}
