using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter;

/// <summary>PBN0002: finds the type tests that see BatchNorm2d only, where the project constructs PatchBatchNorm2d too.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TypeTestAnalyzer : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = new(
        RuleIdentifiers.BlindTypeTest,
        title: "Type test sees BatchNorm2d only",
        messageFormat: "The type test in {0} sees BatchNorm2d only, and not the PatchBatchNorm2d that this project constructs too",
        RuleIdentifiers.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "PatchBatchNorm2d derives from BatchNorm as BatchNorm2d does, and not from BatchNorm2d: code that initializes, freezes or counts the layers of a model by their type passes it over, and a cast fails.",
        helpLinkUri: RuleIdentifiers.HelpLink(RuleIdentifiers.BlindTypeTest));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (NormSymbols.AreReferenced(start.Compilation, runtime: true))
            {
                var files = FileNames.In(start.Compilation, start.CancellationToken).ToList();
                if (files.Any(file => file.ConstructsLayer))
                {
                    string[] names = [NormSymbols.BatchNorm2d, .. files.SelectMany(file => file.Aliases).Distinct()];
                    start.RegisterSemanticModelAction(context => AnalyzeFile(context, names));
                }
            }
        });
    }

    private static void AnalyzeFile(SemanticModelAnalysisContext context, string[] names)
    {
        var model = context.SemanticModel;
        foreach (var name in names.SelectMany(each => NamesInText.Of(each, model.SyntaxTree, context.CancellationToken)))
        {
            if (TypeTestSyntax.IsInTest(name)
                && TestOf(name, MemberOperations.Around(name, model, context.CancellationToken)) is var (test, type, tested)
                && !NormSymbols.IsBatchNorm2d(tested)
                && !TypeTestSyntax.SeesBoth(test, model))
            {
                context.ReportDiagnostic(Diagnostic.Create(Rule, type.GetLocation(), MemberName.Around(type)));
            }
        }
    }

    /// <summary>The test for a type that is named in a member; see <see cref="TestIn"/>.</summary>
    private static (SyntaxNode Test, ExpressionSyntax Type, ITypeSymbol? Tested)? TestOf(SyntaxNode name, IOperation? member)
    {
        foreach (var operation in member?.DescendantsAndSelf() ?? [])
        {
            if (TestIn(operation) is { } found && found.Type.Span.Contains(name.Span))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The test that an operation is, its name of BatchNorm2d, and the declared type of what it tests; null where it is none.</summary>
    private static (SyntaxNode Test, ExpressionSyntax Type, ITypeSymbol? Tested)? TestIn(IOperation operation) => operation switch
    {
        IIsTypeOperation { Syntax: BinaryExpressionSyntax { Right: var type } } test when NormSymbols.IsBatchNorm2d(test.TypeOperand) =>
            (test.Syntax, type, test.ValueOperand.Type),
        ITypePatternOperation pattern => Pattern(pattern, pattern.MatchedType),
        IDeclarationPatternOperation pattern => Pattern(pattern, pattern.MatchedType),
        IRecursivePatternOperation pattern => Pattern(pattern, pattern.MatchedType),
        IConversionOperation conversion => Cast(conversion),
        IForEachLoopOperation loop => Loop(loop),
        IInvocationOperation call when TypeTestSyntax.IsSequenceTest(call.TargetMethod) => Sequence(call),
        ITypeOfOperation literal => Comparison(literal),
        _ => null,
    };

    private static (SyntaxNode, ExpressionSyntax, ITypeSymbol?)? Pattern(IPatternOperation pattern, ITypeSymbol? matched) =>
        NormSymbols.IsBatchNorm2d(matched) && TypeNaming.TypeOf(pattern.Syntax) is { } type
            ? (TypeNaming.NodeOf(pattern.Syntax), type, pattern.InputType)
            : null;

    /// <summary><c>(BatchNorm2d)m</c> and <c>m as BatchNorm2d</c>, of a value that may be something else.</summary>
    private static (SyntaxNode, ExpressionSyntax, ITypeSymbol?)? Cast(IConversionOperation conversion) =>
        conversion.IsImplicit
        || !NormSymbols.IsBatchNorm2d(conversion.Type)
        || conversion.OperatorMethod is not null
        || conversion.Operand.Type is null or { TypeKind: TypeKind.Dynamic }
            ? null
            : conversion.Syntax switch
            {
                CastExpressionSyntax cast => (cast, cast.Type, conversion.Operand.Type),
                BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } test => (test, test.Right, conversion.Operand.Type),
                _ => null,
            };

    /// <summary><c>foreach (BatchNorm2d norm in modules)</c>, which casts each element.</summary>
    private static (SyntaxNode, ExpressionSyntax, ITypeSymbol?)? Loop(IForEachLoopOperation loop) =>
        loop is { Syntax: ForEachStatementSyntax { Type: { IsVar: false } type } syntax, LoopControlVariable: IVariableDeclaratorOperation { Symbol.Type: var variable } }
        && NormSymbols.IsBatchNorm2d(variable)
            ? (syntax.Type, type, loop.SemanticModel.GetForEachStatementInfo(syntax).ElementType)
            : null;

    /// <summary><c>m.GetType() == typeof(BatchNorm2d)</c>. From the literal, as code has fewer of them than of comparisons.</summary>
    private static (SyntaxNode, ExpressionSyntax, ITypeSymbol?)? Comparison(ITypeOfOperation literal)
    {
        var comparison = literal.Parent is IArgumentOperation argument ? argument.Parent : literal.Parent;
        return NormSymbols.IsBatchNorm2d(literal.TypeOperand)
            && comparison is not null
            && TypeTestSyntax.RuntimeTypeComparison(comparison) is var (type, tested)
                ? (comparison.Syntax, type, tested.Type)
                : null;
    }

    /// <summary><c>modules.OfType&lt;BatchNorm2d&gt;()</c> and <c>Cast</c>.</summary>
    private static (SyntaxNode, ExpressionSyntax, ITypeSymbol?)? Sequence(IInvocationOperation call) =>
        NormSymbols.IsBatchNorm2d(call.TargetMethod.TypeArguments[0]) && TypeNaming.TypeArgumentsOf(call).FirstOrDefault() is { } type
            ? (type, type, ElementType(call.Arguments[0].Value))
            : null;

    private static ITypeSymbol? ElementType(IOperation sequence)
    {
        var type = sequence is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand.Type : sequence.Type;
        return type is IArrayTypeSymbol array
            ? array.ElementType
            : type?.AllInterfaces.Prepend(type as INamedTypeSymbol)
                .FirstOrDefault(each => each?.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)?.TypeArguments[0];
    }
}
