using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace PbnRewriter;

/// <summary>PBN0003: finds the constants that the layer refuses when the code runs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ArgumentAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        RuleIdentifiers.ArgumentOutOfRange,
        title: "Argument of the layer is out of range",
        messageFormat: "{0}: {1} = {2} is out of range; it takes {3}",
        RuleIdentifiers.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "The code compiles, and throws when it constructs the layer or its grid.",
        helpLinkUri: RuleIdentifiers.HelpLink(RuleIdentifiers.ArgumentOutOfRange));

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
                // A grid that is declared elsewhere takes a pair in a file that says nothing of the layer.
                var isNamed = FileNames.In(start.Compilation, start.CancellationToken).Any(file => file.NamesGrid);
                var hasGrids = new Lazy<bool>(
                    () => isNamed || NormSymbols.HasUserOfRuntime(start.Compilation), LazyThreadSafetyMode.PublicationOnly);
                start.RegisterSemanticModelAction(context => AnalyzeFile(context, hasGrids));
            }
        });
    }

    private static void AnalyzeFile(SemanticModelAnalysisContext context, Lazy<bool> hasGrids)
    {
        var model = context.SemanticModel;
        var members = hasGrids.Value
            ? MemberOperations.In(model, context.CancellationToken)
            : DoubtfulArguments.NamedIn(model.SyntaxTree, context.CancellationToken)
                .Select(name => MemberOperations.Around(name, model, context.CancellationToken))
                .OfType<IOperation>();
        foreach (var operation in members.Distinct().SelectMany(member => member.DescendantsAndSelf()))
        {
            Analyze(context, operation);
        }
    }

    private static void Analyze(SemanticModelAnalysisContext context, IOperation operation)
    {
        switch (operation)
        {
            case IArgumentOperation { ArgumentKind: ArgumentKind.Explicit, Parameter: { ContainingSymbol.Name: not "TryParse" } parameter, Value: var value }
                when NormSymbols.IsOfRuntime(parameter.ContainingType):
                Check(context, parameter.Name, value);
                break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: var property }, Value: var value }
                when NormSymbols.IsOfRuntime(property.ContainingType):
                Check(context, property.Name, value);
                break;

            // `grid: (0, 2)`, a pair that becomes a grid.
            case ITupleOperation { Elements: { Length: 2 } sides } pair when NormSymbols.IsOfRuntime(OperatorOn(pair)?.ContainingType):
                Check(context, "rows", sides[0]);
                Check(context, "columns", sides[1]);
                break;
        }
    }

    /// <summary>The method that converts a value, which may be converted without one first.</summary>
    private static IMethodSymbol? OperatorOn(IOperation value)
    {
        while (value.Parent is IConversionOperation { OperatorMethod: null } conversion)
        {
            value = conversion;
        }

        return (value.Parent as IConversionOperation)?.OperatorMethod;
    }

    private static void Check(SemanticModelAnalysisContext context, string name, IOperation value)
    {
        if (value.ConstantValue is { HasValue: true, Value: { } constant } && RangeExceededBy(name, constant, value.Type) is { } range)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule,
                value.Syntax.GetLocation(),
                MemberName.Around(value.Syntax),
                name,
                constant is string ? $"\"{constant}\"" : Convert.ToString(constant, CultureInfo.InvariantCulture),
                range));
        }
    }

    /// <summary>What a place of a name takes, where a constant is none of it; null where it is, or where anything goes.</summary>
    private static string? RangeExceededBy(string name, object constant, ITypeSymbol? type) => (name, constant) switch
    {
        ("rows" or "columns" or "Rows" or "Columns", int side) => LayerRanges.IsGridSide(side) ? null : LayerRanges.GridSide,
        ("global_weight", double weight) => LayerRanges.IsGlobalWeight(weight) ? null : LayerRanges.GlobalWeight,
        ("warmup_batches", long batches) => LayerRanges.IsWarmupBatches(batches) ? null : LayerRanges.WarmupBatches,
        ("text", string text) => PatchGridText.TryParse(text, out _, out _) ? null : PatchGridText.Form,
        ("statistics" or "layout", int) when type is { TypeKind: TypeKind.Enum } => UndefinedIn(type, constant),
        _ => null,
    };

    private static string? UndefinedIn(ITypeSymbol enumeration, object constant)
    {
        var values = enumeration.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).ToList();
        return values.Any(field => Equals(field.ConstantValue, constant))
            ? null
            : LayerRanges.OneOf([.. values.Select(field => $"{enumeration.Name}.{field.Name}")]);
    }
}
