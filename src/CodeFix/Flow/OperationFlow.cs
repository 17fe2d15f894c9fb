using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Unites slots between which the operations of one document move values.</summary>
internal sealed class OperationFlow(Source source, FlowGraph graph, DeclaredShapes declared, ValueShapes values, PatternFlow patterns)
{
    private readonly SemanticModel model = source.Model;

    /// <summary>The equations that an operation states beside those of its value.</summary>
    public void Read(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Symbol: var local } declarator:
                Shape.Unite(declared.Of(local), values.Of(declarator.GetVariableInitializer()?.Value));
                break;
            case IFieldInitializerOperation initializer:
                foreach (var field in initializer.InitializedFields)
                {
                    Shape.Unite(declared.Of(field), values.Of(initializer.Value));
                }

                break;
            case IPropertyInitializerOperation initializer:
                foreach (var property in initializer.InitializedProperties)
                {
                    Shape.Unite(declared.Of(property), values.Of(initializer.Value));
                }

                break;
            case ISimpleAssignmentOperation assignment:
                Assign(assignment.Target, values.Of(assignment.Value));
                break;
            case ICoalesceAssignmentOperation assignment:
                Assign(assignment.Target, values.Of(assignment.Value));
                break;
            case ICompoundAssignmentOperation { Target.Type.TypeKind: TypeKind.Delegate } assignment:
                Shape.Unite(values.Of(assignment.Target), values.Of(assignment.Value));
                break;
            case ICompoundAssignmentOperation { OperatorMethod: { IsStatic: true } method } assignment:
                Shape.Unite(values.Of(assignment.Target), values.Operate(method, assignment.Target, assignment.Value));
                break;
            case ICompoundAssignmentOperation { OperatorMethod: { } method } assignment:
                values.Operate(method, assignment.Value);
                break;
            case IDeconstructionAssignmentOperation assignment:
                Deconstruct(assignment);
                break;
            case IEventAssignmentOperation assignment:
                Shape.Unite(values.Of(assignment.EventReference), values.Of(assignment.HandlerValue));
                break;
            case IReturnOperation { ReturnedValue: { } value } returned:
                Return(returned, values.Of(value));
                break;
            case IForEachLoopOperation loop:
                ReadLoop(loop);
                break;
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                values.Pass(creation.Arguments, declared.ArgumentsOf(constructor.ContainingType, creation.Type, values.Of(creation)));
                break;
            case IPropertyReferenceOperation { Arguments.IsEmpty: false } indexer:
                values.Pass(indexer.Arguments, declared.ArgumentsOf(indexer.Property.ContainingType, indexer.Instance?.Type, values.Of(indexer.Instance)));
                break;
            case IIsTypeOperation { Syntax: BinaryExpressionSyntax { Right: TypeSyntax type } } test when NormSymbols.IsBatchNorm2d(test.TypeOperand):
                TypeTests.Add(graph, source, TypeTestKind.Is, test.Syntax, type, values.Of(test.ValueOperand)?.Slot, bound: null);
                break;
            case IIsPatternOperation test:
                patterns.Match(test.Pattern, test.Value.Type, values.Of(test.Value));
                break;
            case ISwitchExpressionOperation choice:
                foreach (var arm in choice.Arms)
                {
                    patterns.Match(arm.Pattern, choice.Value.Type, values.Of(choice.Value));
                }

                break;
            case ISwitchOperation choice:
                foreach (var label in choice.Cases.SelectMany(each => each.Clauses).OfType<IPatternCaseClauseOperation>())
                {
                    patterns.Match(label.Pattern, choice.Value.Type, values.Of(choice.Value));
                }

                break;
            case IBinaryOperation { OperatorMethod: null, OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                Compare(comparison.LeftOperand, comparison.RightOperand);
                ReadTypeComparison(operation);
                break;
            case ITupleBinaryOperation comparison:
                Compare(comparison.LeftOperand, comparison.RightOperand);
                break;
            case IInvocationOperation or IBinaryOperation:
                ReadTypeComparison(operation);
                break;
        }
    }

    /// <summary>References of two types compare only where one of the types is the other's base.</summary>
    private void Compare(IOperation left, IOperation right)
    {
        if (values.Of(Unconverted(left)) is { } one && values.Of(Unconverted(right)) is { } other)
        {
            graph.Compared.Add((one, other));
        }
    }

    private static IOperation Unconverted(IOperation operand) => operand is IConversionOperation { IsImplicit: true, OperatorMethod: null } conversion ? conversion.Operand : operand;

    private void Assign(IOperation target, Shape? value)
    {
        var shape = values.Of(target);
        Shape.Unite(shape, value);
        if (target is IMemberReferenceOperation { Member: var member } && declared.IsFixed(member) && declared.Of(member) is not null)
        {
            shape?.Fix(declared.Demand(member));
        }
    }

    private void Deconstruct(IDeconstructionAssignmentOperation assignment)
    {
        if (Declared(assignment.Target) is not ITupleOperation tuple)
        {
            return;
        }

        var info = assignment.Syntax switch
        {
            AssignmentExpressionSyntax syntax => model.GetDeconstructionInfo(syntax),
            ForEachVariableStatementSyntax syntax => model.GetDeconstructionInfo(syntax),
            _ => default,
        };
        Deconstruct(tuple, info, assignment.Value.Type, values.Of(assignment.Value));
    }

    private void Deconstruct(ITupleOperation target, DeconstructionInfo info, ITypeSymbol? type, Shape? value)
    {
        for (var index = 0; index < target.Elements.Length; index++)
        {
            var part = info.Method is { } method
                ? declared.Deconstructed(method, index, type, value)
                : value?.Part(index);
            var element = Declared(target.Elements[index]);
            if (element is ITupleOperation nested)
            {
                Deconstruct(nested, index < info.Nested.Length ? info.Nested[index] : default, part?.Type, part);
            }
            else
            {
                Shape.Unite(values.Of(element), part);
            }
        }
    }

    /// <summary>What <c>var (a, b)</c> declares: the tuple, as where the variables are declared one by one.</summary>
    private static IOperation Declared(IOperation target) =>
        target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;

    private void Return(IReturnOperation returned, Shape? value)
    {
        var method = EnclosingMethod(returned);
        if (method is null)
        {
            return;
        }

        var result = declared.Of(method);
        var isWrapped = method.IsAsync || returned.Kind is OperationKind.YieldReturn;
        Shape.Unite(isWrapped ? result?.Part(0) : result, value);
    }

    private IMethodSymbol? EnclosingMethod(IOperation operation)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IAnonymousFunctionOperation lambda:
                    return lambda.Symbol;
                case ILocalFunctionOperation function:
                    return function.Symbol;
            }
        }

        return model.GetEnclosingSymbol(operation.Syntax.SpanStart) as IMethodSymbol;
    }

    private void ReadLoop(IForEachLoopOperation loop)
    {
        var collection = loop.Collection is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : loop.Collection;
        var element = ElementOf(loop.Syntax, collection);
        switch (Declared(loop.LoopControlVariable))
        {
            case IVariableDeclaratorOperation { Symbol: var local }:
                var variable = declared.Of(local);
                Shape.Unite(variable, element);
                if (element is null && variable?.Slot is not null)
                {
                    // The loop casts each element to the type of its variable.
                    variable.Slot.Facts.HasTested = true;
                    if (loop.Syntax is ForEachStatementSyntax { Type: { IsVar: false } type })
                    {
                        graph.Casts.Add(new CastUse(source, type.Span, type, variable.Slot));
                    }
                }

                break;
            case ITupleOperation tuple when loop.Syntax is ForEachVariableStatementSyntax statement:
                Deconstruct(tuple, model.GetDeconstructionInfo(statement), element?.Type, element);
                break;
        }
    }

    private Shape? ElementOf(SyntaxNode loop, IOperation collection)
    {
        var shape = values.Of(collection);
        if (collection.Type is IArrayTypeSymbol || loop is not CommonForEachStatementSyntax statement)
        {
            return shape?.Part(0);
        }

        var info = model.GetForEachStatementInfo(statement);
        if (info.GetEnumeratorMethod is null || info.CurrentProperty is null || collection.Type is null)
        {
            return null;
        }

        var enumerator = declared.Member(info.GetEnumeratorMethod, collection.Type, shape);
        return declared.Member(info.CurrentProperty, info.GetEnumeratorMethod.ReturnType, enumerator);
    }

    /// <summary>With comments inside, a comparison is no text that a pattern could take the place of: left and reported.</summary>
    private void ReadTypeComparison(IOperation comparison)
    {
        if (TypeTestSyntax.RuntimeTypeComparison(comparison) is var (type, tested)
            && !comparison.Syntax.DescendantTrivia().Any(Comments.IsComment))
        {
            TypeTests.Add(graph, source, TypeTestKind.GetType, comparison.Syntax, type, values.Of(tested)?.Slot, bound: null);
        }
    }
}
