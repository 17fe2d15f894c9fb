using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter.CodeFix.Flow;

/// <summary>Reads one document into a <see cref="FlowGraph"/>: its declarations, then what its code does with values.</summary>
internal sealed class DocumentFlow
{
    // Kinds that the oldest Roslyn that this runs on has no names for.
    private const OperationKind CollectionExpression = (OperationKind)0x7F;
    private const OperationKind Spread = (OperationKind)0x80;

    private readonly Source source;
    private readonly SemanticModel model;
    private readonly FlowGraph graph;
    private readonly DeclaredShapes declared;
    private readonly TypeNames names;
    private readonly Func<InvocationExpressionSyntax, bool> isSelected;
    private readonly Dictionary<IOperation, Shape?> shapes = [];

    private DocumentFlow(Source source, FlowGraph graph, Func<InvocationExpressionSyntax, bool> isSelected)
    {
        this.source = source;
        model = source.Model;
        this.graph = graph;
        this.isSelected = isSelected;
        declared = new DeclaredShapes(graph);
        names = new TypeNames(source, graph, declared);
    }

    /// <param name="document">The document to read.</param>
    /// <param name="graph">The graph to fill.</param>
    /// <param name="isSelected">Whether a call of the factory is one of those to rewrite.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task ReadAsync(
        Document document, FlowGraph graph, Func<InvocationExpressionSyntax, bool> isSelected, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false);
        if (root is null || model is null || GeneratedCode.Is(root.SyntaxTree))
        {
            return;
        }

        var flow = new DocumentFlow(new Source(document, model), graph, isSelected);
        foreach (var node in root.DescendantNodesAndSelf(descendIntoTrivia: true))
        {
            cancellationToken.ThrowIfCancellationRequested();
            flow.names.ReadDeclaration(node);
            flow.ReadInheritance(node);
            flow.ReadCode(node);
        }

        flow.names.ReportUnfollowed(root);
        graph.Inactive.AddRange(InactiveCode.Constructions(root).Select(span =>
            new UnfollowedUse(flow.source, span, "it is in code that #if leaves out of the configuration at hand")));
    }

    /// <summary>What overrides or implements a member has the member's types.</summary>
    private void ReadInheritance(SyntaxNode node)
    {
        if (node is not (MemberDeclarationSyntax or ParameterSyntax or VariableDeclaratorSyntax))
        {
            return;
        }

        switch (model.GetDeclaredSymbol(node))
        {
            case IMethodSymbol method:
                Inherit(method, method.OverriddenMethod);
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
        UniteFixed(declared.Member(member, type, null), declared.Member(parent, type, null), parent);
        foreach (var (parameter, inherited) in ParametersOf(member).Zip(ParametersOf(parent), (left, right) => (left, right)))
        {
            UniteFixed(declared.Of(parameter), InheritedParameter(inherited, parent, type), parent);
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

    /// <summary>Unites a declaration with one that may be compiled and then demands BatchNorm2d.</summary>
    private static void UniteFixed(Shape? shape, Shape? other, ISymbol symbol)
    {
        Shape.Unite(shape, other);
        if (other is not null && DeclaredShapes.IsFixed(symbol))
        {
            Demand(other, symbol);
        }
    }

    private static void Demand(Shape? shape, ISymbol symbol)
    {
        foreach (var slot in shape?.Slots ?? [])
        {
            slot.Facts.HasPlain = true;
            slot.Facts.Demand ??= $"{symbol.ToDisplayString()} is compiled with BatchNorm2d";
        }
    }

    /// <summary>Reads the operations of a node that is the root of executable code.</summary>
    private void ReadCode(SyntaxNode node)
    {
        var isRoot = node switch
        {
            BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PrimaryConstructorBaseTypeSyntax => true,
            CompilationUnitSyntax unit => unit.Members.Any(member => member is GlobalStatementSyntax),
            ArrowExpressionClauseSyntax { Parent: BasePropertyDeclarationSyntax } => true,
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } => true,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } } => true,
            _ => false,
        };
        if (isRoot && model.GetOperation(node) is { } operation)
        {
            Walk(operation);
        }
    }

    private void Walk(IOperation operation)
    {
        Read(operation);
        if (ShapeOf(operation) is { } shape)
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

    /// <summary>The equations that an operation states beside those of its value.</summary>
    private void Read(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Symbol: var local } declarator:
                Shape.Unite(declared.Of(local), ShapeOf(declarator.GetVariableInitializer()?.Value));
                break;
            case IFieldInitializerOperation initializer:
                foreach (var field in initializer.InitializedFields)
                {
                    Shape.Unite(declared.Of(field), ShapeOf(initializer.Value));
                }

                break;
            case IPropertyInitializerOperation initializer:
                foreach (var property in initializer.InitializedProperties)
                {
                    Shape.Unite(declared.Of(property), ShapeOf(initializer.Value));
                }

                break;
            case ISimpleAssignmentOperation assignment:
                Assign(assignment.Target, ShapeOf(assignment.Value));
                break;
            case ICoalesceAssignmentOperation assignment:
                Assign(assignment.Target, ShapeOf(assignment.Value));
                break;
            case ICompoundAssignmentOperation { Target.Type.TypeKind: TypeKind.Delegate } assignment:
                Shape.Unite(ShapeOf(assignment.Target), ShapeOf(assignment.Value));
                break;
            case IDeconstructionAssignmentOperation assignment:
                Deconstruct(assignment);
                break;
            case IEventAssignmentOperation assignment:
                Shape.Unite(ShapeOf(assignment.EventReference), ShapeOf(assignment.HandlerValue));
                break;
            case IReturnOperation { ReturnedValue: { } value } returned:
                Return(returned, ShapeOf(value));
                break;
            case IForEachLoopOperation loop:
                ReadLoop(loop);
                break;
            case IObjectCreationOperation { Constructor: { } constructor } creation:
                Pass(creation.Arguments, declared.ArgumentsOf(constructor.ContainingType, creation.Type, ShapeOf(creation)));
                break;
            case IPropertyReferenceOperation { Arguments.IsEmpty: false } indexer:
                Pass(indexer.Arguments, declared.ArgumentsOf(indexer.Property.ContainingType, indexer.Instance?.Type, ShapeOf(indexer.Instance)));
                break;
            case IIsTypeOperation { Syntax: BinaryExpressionSyntax { Right: TypeSyntax type } } test when NormSymbols.IsBatchNorm2d(test.TypeOperand):
                Test(TypeTestKind.Is, test.Syntax, type, ShapeOf(test.ValueOperand)?.Slot, bound: null);
                break;
            case IIsPatternOperation test:
                Match(test.Pattern, test.Value.Type, ShapeOf(test.Value));
                break;
            case ISwitchExpressionOperation choice:
                foreach (var arm in choice.Arms)
                {
                    Match(arm.Pattern, choice.Value.Type, ShapeOf(choice.Value));
                }

                break;
            case ISwitchOperation choice:
                foreach (var label in choice.Cases.SelectMany(each => each.Clauses).OfType<IPatternCaseClauseOperation>())
                {
                    Match(label.Pattern, choice.Value.Type, ShapeOf(choice.Value));
                }

                break;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } comparison:
                ReadTypeComparison(comparison);
                break;
        }
    }

    private void Assign(IOperation target, Shape? value)
    {
        var shape = ShapeOf(target);
        Shape.Unite(shape, value);
        if (target is IMemberReferenceOperation { Member: var member } && DeclaredShapes.IsFixed(member) && declared.Of(member) is not null)
        {
            Demand(shape, member);
        }
    }

    private void Deconstruct(IDeconstructionAssignmentOperation assignment)
    {
        var target = assignment.Target is IDeclarationExpressionOperation declaration ? declaration.Expression : assignment.Target;
        if (target is not ITupleOperation tuple)
        {
            return;
        }

        var info = assignment.Syntax switch
        {
            AssignmentExpressionSyntax syntax => model.GetDeconstructionInfo(syntax),
            ForEachVariableStatementSyntax syntax => model.GetDeconstructionInfo(syntax),
            _ => default,
        };
        Deconstruct(tuple, info, assignment.Value.Type, ShapeOf(assignment.Value));
    }

    private void Deconstruct(ITupleOperation target, DeconstructionInfo info, ITypeSymbol? type, Shape? value)
    {
        for (var index = 0; index < target.Elements.Length; index++)
        {
            var part = info.Method is { } method
                ? DeconstructedPart(method, index, type, value)
                : value?.Part(index);
            var element = target.Elements[index] is IDeclarationExpressionOperation declaration ? declaration.Expression : target.Elements[index];
            if (element is ITupleOperation nested)
            {
                Deconstruct(nested, index < info.Nested.Length ? info.Nested[index] : default, part?.Type, part);
            }
            else
            {
                Shape.Unite(ShapeOf(element), part);
            }
        }
    }

    private Shape? DeconstructedPart(IMethodSymbol method, int index, ITypeSymbol? type, Shape? value)
    {
        var definition = method.ReducedFrom ?? method;
        var parameter = definition.Parameters[definition.IsStatic ? index + 1 : index];
        return Shape.Substitute(
            parameter.OriginalDefinition.Type, declared.Of(parameter), declared.ArgumentsOf(method.ContainingType, type, value));
    }

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
        switch (loop.LoopControlVariable)
        {
            case IVariableDeclaratorOperation { Symbol: var local }:
                var variable = declared.Of(local);
                Shape.Unite(variable, element);
                if (element is null && variable?.Slot is not null)
                {
                    // The loop casts each element to the type of its variable.
                    variable.Slot.Facts.HasTested = true;
                }

                break;
            case IDeclarationExpressionOperation { Expression: ITupleOperation tuple } when loop.Syntax is ForEachVariableStatementSyntax statement:
                Deconstruct(tuple, model.GetDeconstructionInfo(statement), element?.Type, element);
                break;
            case ITupleOperation tuple when loop.Syntax is ForEachVariableStatementSyntax statement:
                Deconstruct(tuple, model.GetDeconstructionInfo(statement), element?.Type, element);
                break;
        }
    }

    private Shape? ElementOf(SyntaxNode loop, IOperation collection)
    {
        var shape = ShapeOf(collection);
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

    private void Pass(ImmutableArray<IArgumentOperation> arguments, TypeArguments types)
    {
        foreach (var argument in arguments)
        {
            if (argument.Parameter is { } parameter)
            {
                Shape.Unite(ShapeOf(argument.Value), Shape.Substitute(parameter.OriginalDefinition.Type, declared.Of(parameter), types));
            }
        }
    }

    private void ReadTypeComparison(IBinaryOperation comparison)
    {
        var (left, right) = (comparison.LeftOperand, comparison.RightOperand);
        if (comparison.Syntax is not BinaryExpressionSyntax { Left: TypeOfExpressionSyntax or InvocationExpressionSyntax, Right: TypeOfExpressionSyntax or InvocationExpressionSyntax })
        {
            return;
        }

        var tested = left is ITypeOfOperation ? right : left;
        if ((left as ITypeOfOperation ?? right as ITypeOfOperation) is { Syntax: TypeOfExpressionSyntax syntax } literal
            && NormSymbols.IsBatchNorm2d(literal.TypeOperand)
            && tested is IInvocationOperation { TargetMethod: { Name: nameof(GetType), Parameters.IsEmpty: true }, Instance: { } instance })
        {
            Test(TypeTestKind.GetType, comparison.Syntax, syntax.Type, ShapeOf(instance)?.Slot, bound: null);
        }
    }

    private void Test(TypeTestKind kind, SyntaxNode syntax, ExpressionSyntax type, Slot? input, Slot? bound)
    {
        graph.Account(type);
        if (!TypeTests.SeesBoth(syntax, model))
        {
            graph.Add(new TypeTest(source, kind, syntax, type, input, bound ?? new Slot()));
        }
    }

    /// <summary>Reads a pattern that is matched against a value of a given type and shape.</summary>
    private void Match(IPatternOperation pattern, ITypeSymbol? type, Shape? input)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                Match(negated.Pattern, type, input);
                break;
            case IBinaryPatternOperation both:
                Match(both.LeftPattern, type, input);
                Match(both.RightPattern, type, input);
                break;
            case ITypePatternOperation typePattern:
                TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), typePattern.MatchedType, input, declaredSymbol: null);
                break;
            case IDeclarationPatternOperation declaration:
                TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), declaration.MatchedType, input, declaration.DeclaredSymbol);
                break;
            case IRecursivePatternOperation recursive:
                TestPattern(pattern, TypeNaming.TypeOf(pattern.Syntax), recursive.MatchedType, input, recursive.DeclaredSymbol);
                MatchParts(recursive, type, input);
                break;
            case IListPatternOperation list:
                foreach (var element in list.Patterns)
                {
                    Match(element, element.InputType, input?.Part(0));
                }

                break;
        }
    }

    private void MatchParts(IRecursivePatternOperation pattern, ITypeSymbol? type, Shape? input)
    {
        var receiver = input is null ? pattern.MatchedType : type;
        foreach (var property in pattern.PropertySubpatterns)
        {
            var member = property.Member is IMemberReferenceOperation reference ? declared.Member(reference.Member, receiver, input) : null;
            Match(property.Pattern, property.Member.Type, member);
        }

        for (var index = 0; index < pattern.DeconstructionSubpatterns.Length; index++)
        {
            var part = pattern.DeconstructSymbol is IMethodSymbol method
                ? DeconstructedPart(method, index, receiver, input)
                : input?.Part(index);
            Match(pattern.DeconstructionSubpatterns[index], pattern.DeconstructionSubpatterns[index].InputType, part);
        }
    }

    private void TestPattern(IPatternOperation pattern, ExpressionSyntax? syntax, ITypeSymbol? matched, Shape? input, ISymbol? declaredSymbol)
    {
        var bound = declaredSymbol is null ? null : declared.Of(declaredSymbol);
        if (syntax is null || matched is null)
        {
            Shape.Unite(bound, input);
            return;
        }

        if (!NormSymbols.IsBatchNorm2d(matched))
        {
            names.BindFixed(syntax, Shape.Fresh(matched), bound, "a test of a constructed type sees that one type only");
            return;
        }

        if (input?.Slot is not null)
        {
            Shape.Unite(bound, input);
        }
        else if (bound?.Slot is not null)
        {
            bound.Slot.Facts.HasTested = true;
        }

        var kind = declaredSymbol is not null || pattern is IRecursivePatternOperation ? TypeTestKind.NamedPattern : TypeTestKind.TypePattern;
        Test(kind, TypeNaming.NodeOf(pattern.Syntax), syntax, input?.Slot, bound?.Slot);
    }

    /// <summary>The shape of an operation's value; null where its type names no BatchNorm2d.</summary>
    private Shape? ShapeOf(IOperation? operation)
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
            case IMemberReferenceOperation reference:
                names.BindStaticContainer(reference.Syntax, reference.Instance is null ? reference.Member.ContainingType : null);
                return declared.Member(reference.Member, reference.Instance?.Type, ShapeOf(reference.Instance));
            case IImplicitIndexerReferenceOperation indexer:
                return declared.Member(indexer.IndexerSymbol, indexer.Instance.Type, ShapeOf(indexer.Instance));
            case IArrayElementReferenceOperation element:
                return ShapeOf(element.ArrayReference)?.Part(0);
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
            case IDelegateCreationOperation creation:
                return CreatedDelegate(creation);
            case IConditionalOperation conditional:
                return Joined(operation, conditional.WhenTrue, conditional.WhenFalse);
            case ICoalesceOperation coalesce:
                return Joined(operation, coalesce.Value, coalesce.WhenNull);
            case ISwitchExpressionOperation choice:
                return Joined(operation, [.. choice.Arms.Select(arm => arm.Value)]);
            case IConditionalAccessOperation access:
                return ShapeOf(access.WhenNotNull);
            case IConditionalAccessInstanceOperation instance:
                return ShapeOf(AccessedInstance(instance));
            case IAssignmentOperation assignment:
                return ShapeOf(assignment.Target);
            case ITupleOperation tuple:
                return Tuple(tuple);
            case IDeclarationExpressionOperation declaration:
                return ShapeOf(declaration.Expression);
            case IParenthesizedOperation parenthesized:
                return ShapeOf(parenthesized.Operand);
            case ITranslatedQueryOperation query:
                return ShapeOf(query.Operation);
            case IAwaitOperation awaited:
                return ShapeOf(awaited.Operation)?.Part(0);
            case IWithOperation with:
                return ShapeOf(with.Operand);
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
        var types = declared.ArgumentsOf(method.ContainingType, invocation.Instance?.Type, ShapeOf(invocation.Instance));
        var given = TypeNaming.TypeArgumentsOf(invocation.Syntax);
        for (var index = 0; index < method.TypeArguments.Length; index++)
        {
            var argument = Shape.Fresh(method.TypeArguments[index]);
            types[method.OriginalDefinition.TypeParameters[index]] = argument;
            if (argument is not null && given is { } list && list.Arguments.Count == method.TypeArguments.Length)
            {
                names.Bind(list.Arguments[index], argument);
                ReadSequenceTest(invocation, list.Arguments[index], argument);
            }
        }

        Pass(invocation.Arguments, types);
        return Shape.Substitute(method.OriginalDefinition.ReturnType, declared.Of(method), types);
    }

    /// <summary><c>OfType</c> and <c>Cast</c> of LINQ are a type test and a cast of each element.</summary>
    private void ReadSequenceTest(IInvocationOperation invocation, TypeSyntax type, Shape argument)
    {
        if (argument.Slot is null
            || invocation.TargetMethod is not { Name: "OfType" or "Cast", ContainingType: { Name: "Enumerable" or "Queryable" or "ParallelEnumerable" } })
        {
            return;
        }

        argument.Slot.Facts.HasTested = true;
        if (invocation.TargetMethod.Name == "OfType")
        {
            graph.Add(new TypeTest(source, TypeTestKind.OfType, invocation.Syntax, type, Input: null, argument.Slot));
        }
    }

    private Shape? Construct(IInvocationOperation invocation)
    {
        var shape = Shape.Fresh(invocation.Type);
        if (shape?.Slot is { } slot && invocation.Syntax is InvocationExpressionSyntax syntax)
        {
            if (isSelected(syntax))
            {
                slot.Facts.HasSite = true;
            }
            else
            {
                slot.Facts.HasPlain = true;
            }

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
                Shape.Unite(element, ShapeOf(value));
            }
        }
    }

    private Shape? Convert(IConversionOperation conversion)
    {
        if (conversion.OperatorMethod is { } method)
        {
            var types = declared.ArgumentsOf(method.ContainingType, null, null);
            Shape.Unite(ShapeOf(conversion.Operand), declared.Of(method.Parameters[0]));
            return Shape.Substitute(method.OriginalDefinition.ReturnType, declared.Of(method), types);
        }

        var operand = ShapeOf(conversion.Operand);
        var converted = declared.Converted(conversion.Operand.Type, operand, conversion.Type);
        var shape = converted ?? Shape.Fresh(conversion.Type);
        if (shape is null)
        {
            return null;
        }

        if (conversion.Syntax is CastExpressionSyntax cast && !conversion.IsImplicit)
        {
            names.Bind(cast.Type, shape);
        }

        if (converted is null && shape.Slot is not null && !conversion.IsImplicit)
        {
            shape.Slot.Facts.HasTested = true;
        }
        else if (converted is null && !conversion.IsImplicit && conversion.Operand is not IDelegateCreationOperation
            && conversion.Operand.ConstantValue is not { HasValue: true, Value: null })
        {
            names.Fix(shape, "a cast to a constructed type sees that one type only");
        }

        if (conversion.IsTryCast && shape.Slot is not null && conversion.Syntax is BinaryExpressionSyntax { Right: TypeSyntax type })
        {
            Test(TypeTestKind.As, conversion.Syntax, type, operand?.Slot, shape.Slot);
        }

        return shape;
    }

    private Shape? CreatedDelegate(IDelegateCreationOperation creation)
    {
        var shape = Created(creation, (creation.Syntax as ObjectCreationExpressionSyntax)?.Type);
        var invoke = (creation.Type as INamedTypeSymbol)?.DelegateInvokeMethod;
        var target = creation.Target switch
        {
            IAnonymousFunctionOperation lambda => lambda.Symbol,
            IMethodReferenceOperation reference => reference.Method,
            _ => null,
        };
        if (invoke is null || target is null)
        {
            return shape;
        }

        var types = declared.ArgumentsOf(invoke.ContainingType, creation.Type, shape);
        var instance = (creation.Target as IMethodReferenceOperation)?.Instance;
        var result = NormSymbols.IsFactory(target) ? PlainFactory(creation.Target) : TargetMember(target, target, instance);
        Shape.Unite(Shape.Substitute(invoke.OriginalDefinition.ReturnType, declared.Of(invoke), types), result);
        foreach (var (received, taken) in invoke.Parameters.Zip(target.Parameters, (left, right) => (left, right)))
        {
            Shape.Unite(
                Shape.Substitute(received.OriginalDefinition.Type, declared.Of(received), types),
                TargetMember(target, taken, instance));
        }

        return shape;
    }

    private Shape? TargetMember(IMethodSymbol target, ISymbol member, IOperation? instance)
    {
        var types = declared.ArgumentsOf(target.ContainingType, instance?.Type, ShapeOf(instance));
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
            Shape.Unite(shape, ShapeOf(value));
        }

        return shape;
    }

    private Shape? Tuple(ITupleOperation tuple) =>
        tuple.Type is null ? null : Shape.Assemble(tuple.Type, (_, index) => ShapeOf(tuple.Elements[index]));

    /// <summary>A collection expression, or the arguments that a <c>params</c> span takes.</summary>
    private Shape? Collected(IOperation collection)
    {
        var shape = Shape.Fresh(collection.Type);
        foreach (var element in collection.ChildOperations)
        {
            var isSpread = element.Kind == Spread;
            var value = isSpread ? element.ChildOperations.FirstOrDefault() : element;
            Shape.Unite(shape?.Part(0), isSpread ? ShapeOf(value)?.Part(0) : ShapeOf(value));
        }

        return shape;
    }

    /// <summary>What an initializer in braces fills: <c>new List&lt;BatchNorm2d&gt; { .. }</c>, <c>Norms = { .. }</c>.</summary>
    private Shape? InitializedShape(IInstanceReferenceOperation instance)
    {
        if (instance.ReferenceKind != InstanceReferenceKind.ImplicitReceiver)
        {
            return null;
        }

        for (var parent = instance.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case IObjectOrCollectionInitializerOperation { Parent: IMemberInitializerOperation member }:
                    return ShapeOf(member.InitializedMember);
                case IObjectOrCollectionInitializerOperation { Parent: { } created }:
                    return ShapeOf(created);
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
