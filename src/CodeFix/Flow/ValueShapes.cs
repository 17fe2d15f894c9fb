using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Gives the shapes of the values of operations, and adds the constructions, casts and names that it comes upon.</summary>
internal sealed class ValueShapes(Source source, FlowGraph graph, DeclaredShapes declared, TypeNames names)
{
    // Kinds that the oldest Roslyn that this runs on has no names for.
    private const OperationKind CollectionExpression = (OperationKind)0x7F;
    private const OperationKind Spread = (OperationKind)0x80;

    private readonly Dictionary<IOperation, Shape?> shapes = [];

    /// <summary>The shape of an operation's value; null where its type names no BatchNorm2d.</summary>
    public Shape? Of(IOperation? operation)
    {
        if (operation is null)
        {
            return null;
        }

        if (!shapes.TryGetValue(operation, out var shape))
        {
            shape = ReadShape(operation);
            shapes[operation] = shape;
        }

        return shape;
    }

    /// <summary>Unites arguments with the parameters that take them.</summary>
    public void Pass(ImmutableArray<IArgumentOperation> arguments, TypeArguments types)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { } parameter)
            {
                Shape.Unite(Of(argument.Value), Shape.Substitute(parameter.OriginalDefinition.Type, declared.Of(parameter), types));
            }
        }
    }

    /// <summary>Hands operands to an operator; gives the shape of its result.</summary>
    public Shape? Operate(IMethodSymbol method, params IOperation[] operands)
    {
        var types = new TypeArguments().With(Shape.Fresh(method.ContainingType));
        foreach (var (operand, parameter) in operands.Zip(method.OriginalDefinition.Parameters, (left, right) => (left, right)))
        {
            Shape.Unite(Of(operand), Shape.Substitute(parameter.Type, declared.Of(parameter), types));
        }

        return Shape.Substitute(method.OriginalDefinition.ReturnType, declared.Of(method), types);
    }

    private Shape? ReadShape(IOperation operation)
    {
        switch (operation)
        {
            case ILocalReferenceOperation reference:
                return declared.Of(reference.Local);
            case IParameterReferenceOperation reference:
                return declared.Of(reference.Parameter);
            case IMethodReferenceOperation:
                return null;
            case IPropertyReferenceOperation { Property: var property } reference when DeclaredShapes.ReceiverParameter(property) is not null:
                return Shape.Substitute(property.OriginalDefinition.Type, declared.Of(property), Receive(property, reference.Instance));
            case IMemberReferenceOperation reference:
                names.BindStaticContainer(reference.Syntax, reference.Instance is null ? reference.Member.ContainingType : null);
                return declared.Member(reference.Member, reference.Instance?.Type, Of(reference.Instance));
            case IImplicitIndexerReferenceOperation indexer:
                return declared.Member(indexer.IndexerSymbol, indexer.Instance.Type, Of(indexer.Instance));
            case IArrayElementReferenceOperation element:
                return Of(element.ArrayReference)?.Part(0);
            case IInstanceReferenceOperation instance:
                return InitializedShape(instance);
            case IInvocationOperation invocation:
                return Invoke(invocation);
            case IObjectCreationOperation creation:
                return Created(creation, (creation.Syntax as ObjectCreationExpressionSyntax)?.Type);
            case IArrayCreationOperation creation:
                return CreatedArray(creation);
            case IDefaultValueOperation value:
                return Created(value, (value.Syntax as DefaultExpressionSyntax)?.Type);
            case IConversionOperation conversion:
                return Convert(conversion);
            case IBinaryOperation { OperatorMethod: { } method } binary:
                return Operate(method, binary.LeftOperand, binary.RightOperand);
            case IUnaryOperation { OperatorMethod: { } method } unary:
                return Operate(method, unary.Operand);
            case IDelegateCreationOperation creation:
                return CreatedDelegate(creation);
            case IConditionalOperation conditional:
                return Joined(operation, conditional.WhenTrue, conditional.WhenFalse);
            case ICoalesceOperation coalesce:
                return Joined(operation, coalesce.Value, coalesce.WhenNull);
            case ISwitchExpressionOperation choice:
                return Joined(operation, [.. choice.Arms.Select(arm => arm.Value)]);
            case IConditionalAccessOperation access:
                return Shape.Lifted(Of(access.WhenNotNull), access.Type);
            case IConditionalAccessInstanceOperation instance:
                return Shape.Lifted(Of(AccessedInstance(instance)), instance.Type);
            case IAssignmentOperation assignment:
                return Of(assignment.Target);
            case ITupleOperation tuple:
                return Tuple(tuple);
            case IDeclarationExpressionOperation declaration:
                return Of(declaration.Expression);
            case IParenthesizedOperation parenthesized:
                return Of(parenthesized.Operand);
            case ITranslatedQueryOperation query:
                return Of(query.Operation);
            case IAwaitOperation awaited:
                return Of(awaited.Operation)?.Part(0);
            case IWithOperation with:
                return Of(with.Operand);
            case { Kind: CollectionExpression }:
                return Collected(operation);
            default:
                return null;
        }
    }

    private Shape? Invoke(IInvocationOperation invocation)
    {
        var method = invocation.TargetMethod;
        if (NormSymbols.IsFactory(method))
        {
            return Construct(invocation);
        }

        names.BindStaticContainer(invocation.Syntax, invocation.Instance is null ? method.ContainingType : null);
        var types = Receive(method, invocation.Instance);
        var given = TypeNaming.TypeArgumentsOf(invocation);
        for (var index = 0; index < method.TypeArguments.Length; index++)
        {
            var argument = Shape.Fresh(method.TypeArguments[index]);
            types[method.OriginalDefinition.TypeParameters[index]] = argument;
            if (argument is not null && index < given.Count)
            {
                names.Bind(given[index], argument);
                ReadSequenceTest(invocation, given[index], argument);
            }
        }

        Pass(invocation.Arguments, types);
        return Shape.Substitute(method.OriginalDefinition.ReturnType, declared.Of(method), types);
    }

    /// <summary>Hands a value to a member as its receiver; gives the type arguments that the member's container has for it.</summary>
    private TypeArguments Receive(ISymbol member, IOperation? instance)
    {
        if (DeclaredShapes.ReceiverParameter(member) is not { } parameter)
        {
            return declared.ArgumentsOf(member.ContainingType, instance?.Type, Of(instance));
        }

        var types = new TypeArguments().With(Shape.Fresh(member.ContainingType));
        Shape.Unite(Of(instance), Shape.Substitute(parameter.OriginalDefinition.Type, declared.Of(parameter), types));
        return types;
    }

    /// <summary><c>OfType</c> and <c>Cast</c> of LINQ are a type test and a cast of each element.</summary>
    private void ReadSequenceTest(IInvocationOperation invocation, TypeSyntax type, Shape argument)
    {
        if (!TypeTestSyntax.IsSequenceTest(invocation.TargetMethod))
        {
            return;
        }

        if (argument.Slot is null)
        {
            graph.LeaveConstructed(source, type.Span, argument);
            return;
        }

        argument.Slot.Facts.HasTested = true;
        if (invocation.TargetMethod.Name == "OfType")
        {
            graph.Add(new TypeTest(source, TypeTestKind.OfType, invocation.Syntax, type, Input: null, argument.Slot));
        }
        else
        {
            graph.Casts.Add(new CastUse(source, type.Span, type, argument.Slot));
        }
    }

    private Shape? Construct(IInvocationOperation invocation)
    {
        var shape = Shape.Fresh(invocation.Type);
        if (shape?.Slot is { } slot && invocation.Syntax is InvocationExpressionSyntax syntax)
        {
            graph.Add(new SiteUse(source, syntax, slot));
        }

        return shape;
    }

    private Shape? Created(IOperation creation, TypeSyntax? syntax)
    {
        var shape = Shape.Fresh(creation.Type);
        names.Bind(syntax, shape);
        return shape;
    }

    private Shape? CreatedArray(IArrayCreationOperation creation)
    {
        var shape = Created(creation, (creation.Syntax as ArrayCreationExpressionSyntax)?.Type);
        UniteElements(creation.Initializer, shape?.Part(0));
        return shape;
    }

    private void UniteElements(IArrayInitializerOperation? initializer, Shape? element)
    {
        foreach (var value in initializer?.ElementValues ?? ImmutableArray<IOperation>.Empty)
        {
            if (value is IArrayInitializerOperation nested)
            {
                UniteElements(nested, element);
            }
            else
            {
                Shape.Unite(element, Of(value));
            }
        }
    }

    private Shape? Convert(IConversionOperation conversion)
    {
        if (conversion.OperatorMethod is { } method)
        {
            var result = Operate(method, conversion.Operand);
            BindCast(conversion, result);
            return result;
        }

        if (conversion is { Operand: IAnonymousFunctionOperation, Type: INamedTypeSymbol { Arity: 1 } expression })
        {
            // Only an expression tree is a lambda that no delegate is made of.
            var tree = Shape.Fresh(expression);
            BindCast(conversion, tree);
            Call(conversion.Operand, expression.TypeArguments[0] as INamedTypeSymbol, tree?.Part(0));
            return tree;
        }

        var operand = Of(conversion.Operand);
        var converted = declared.Converted(conversion.Operand.Type, operand, conversion.Type);
        var shape = converted ?? Shape.Fresh(conversion.Type);
        if (shape is null)
        {
            return null;
        }

        BindCast(conversion, shape);
        if (converted is null && conversion.Operand.Type is { TypeKind: TypeKind.Dynamic })
        {
            graph.Unfollowed.Add(new UnfollowedUse(source, conversion.Syntax.Span, "what a dynamic value is cannot be known"));
        }
        else if (converted is null && !conversion.IsImplicit)
        {
            ReadCast(conversion, shape, operand);
        }

        if (conversion.IsTryCast && shape.Slot is not null && conversion.Syntax is BinaryExpressionSyntax { Right: TypeSyntax type })
        {
            TypeTests.Add(graph, source, TypeTestKind.As, conversion.Syntax, type, operand?.Slot, shape.Slot);
        }

        return shape;
    }

    /// <summary>A cast that no declared type vouches for, which tests what a value is.</summary>
    private void ReadCast(IConversionOperation conversion, Shape shape, Shape? operand)
    {
        if (shape.Slot is not null)
        {
            shape.Slot.Facts.HasTested = true;
            graph.Casts.Add(new CastUse(source, conversion.Syntax.Span, (conversion.Syntax as CastExpressionSyntax)?.Type, shape.Slot));
        }
        else if (conversion.Operand is not IDelegateCreationOperation
            && conversion.Operand.ConstantValue is not { HasValue: true, Value: null }
            && !declared.Narrowed(shape, operand))
        {
            graph.LeaveConstructed(source, conversion.Syntax.Span, shape);
        }
    }

    private void BindCast(IConversionOperation conversion, Shape? shape)
    {
        if (conversion.Syntax is CastExpressionSyntax cast && !conversion.IsImplicit)
        {
            names.Bind(cast.Type, shape);
        }
    }

    private Shape? CreatedDelegate(IDelegateCreationOperation creation)
    {
        var shape = Created(creation, creation.Syntax switch
        {
            ObjectCreationExpressionSyntax created => created.Type,
            CastExpressionSyntax cast => cast.Type,
            _ => null,
        });
        Call(creation.Target, creation.Type as INamedTypeSymbol, shape);
        return shape;
    }

    /// <summary>Unites what a delegate takes and gives with what the lambda or method that it calls does.</summary>
    private void Call(IOperation called, INamedTypeSymbol? type, Shape? shape)
    {
        var invoke = type?.DelegateInvokeMethod;
        var target = called switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        };
        if (invoke is null || target is null)
        {
            return;
        }

        var types = declared.ArgumentsOf(invoke.ContainingType, type, shape);
        var instance = (called as IMethodReferenceOperation)?.Instance;
        var result = NormSymbols.IsFactory(target) ? PlainFactory(called) : TargetMember(target, target, instance);
        Shape.Unite(Shape.Substitute(invoke.OriginalDefinition.ReturnType, declared.Of(invoke), types), result);
        foreach (var (received, taken) in invoke.Parameters.Zip(target.Parameters, (left, right) => (left, right)))
        {
            Shape.Unite(
                Shape.Substitute(received.OriginalDefinition.Type, declared.Of(received), types),
                TargetMember(target, taken, instance));
        }
    }

    private Shape? TargetMember(IMethodSymbol target, ISymbol member, IOperation? instance)
    {
        var types = declared.ArgumentsOf(target.ContainingType, instance?.Type, Of(instance));
        for (var index = 0; index < target.TypeArguments.Length; index++)
        {
            types[target.OriginalDefinition.TypeParameters[index]] = Shape.Fresh(target.TypeArguments[index]);
        }

        var type = member is IParameterSymbol parameter ? parameter.OriginalDefinition.Type : target.OriginalDefinition.ReturnType;
        return Shape.Substitute(type, declared.Of(member), types);
    }

    /// <summary>The factory as a delegate is no call with arguments that a grid could be added to.</summary>
    private Shape? PlainFactory(IOperation reference)
    {
        graph.Unfollowed.Add(new UnfollowedUse(source, reference.Syntax.Span, "the factory is passed on as a delegate"));
        var shape = Shape.Fresh((reference as IMethodReferenceOperation)?.Method.ReturnType);
        if (shape?.Slot is { } slot)
        {
            slot.Facts.HasPlain = true;
        }

        return shape;
    }

    private Shape? Joined(IOperation operation, params IOperation?[] values)
    {
        var shape = Shape.Fresh(operation.Type);
        foreach (var value in values)
        {
            Shape.Unite(shape, Shape.Lifted(Of(value), operation.Type));
        }

        return shape;
    }

    private Shape? Tuple(ITupleOperation tuple) =>
        tuple.Type is null ? null : Shape.Assemble(tuple.Type, (_, index) => Of(tuple.Elements[index]));

    /// <summary>A collection expression, or the arguments that a <c>params</c> span takes.</summary>
    private Shape? Collected(IOperation collection)
    {
        var shape = Shape.Fresh(collection.Type);
        foreach (var element in collection.ChildOperations)
        {
            var isSpread = element.Kind == Spread;
            var value = isSpread ? element.ChildOperations.FirstOrDefault() : element;
            Shape.Unite(shape?.Part(0), isSpread ? Of(value)?.Part(0) : Of(value));
        }

        return shape;
    }

    /// <summary>What an initializer in braces fills: <c>new List&lt;BatchNorm2d&gt; { .. }</c>, <c>Norms = { .. }</c>.</summary>
    private Shape? InitializedShape(IInstanceReferenceOperation instance)
    {
        if (instance.ReferenceKind != InstanceReferenceKind.ImplicitReceiver)
        {
            // As the base of the type around it, whose base list tells the type arguments.
            return instance.Type is INamedTypeSymbol { IsGenericType: true } type
                && source.Model.GetEnclosingSymbol(instance.Syntax.SpanStart)?.ContainingType is { } container
                && !SymbolEqualityComparer.Default.Equals(container.OriginalDefinition, type.OriginalDefinition)
                    ? declared.As(container, null, type.OriginalDefinition)
                    : null;
        }

        for (var parent = instance.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IObjectOrCollectionInitializerOperation { Parent: IMemberInitializerOperation member }:
                    return Of(member.InitializedMember);
                case IObjectOrCollectionInitializerOperation { Parent: { } created }:
                    return Of(created);
            }
        }

        return null;
    }

    private static IOperation? AccessedInstance(IOperation instance)
    {
        var child = instance;
        for (var parent = instance.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
            {
                return access.Operation;
            }

            child = parent;
        }

        return null;
    }
}
