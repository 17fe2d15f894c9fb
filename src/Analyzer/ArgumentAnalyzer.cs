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

    private static readonly string[] Sides = ["rows", "columns"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (NormSymbols.HasTorchSharp(start.Compilation) && NormSymbols.HasRuntime(start.Compilation))
            {
                start.RegisterOperationAction(AnalyzeArgument, OperationKind.Argument);
                start.RegisterOperationAction(AnalyzeAssignment, OperationKind.SimpleAssignment);
                start.RegisterOperationAction(AnalyzePair, OperationKind.Tuple);
            }
        });
    }

    private static void AnalyzeArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument is { ArgumentKind: ArgumentKind.Explicit, Parameter: { } parameter }
            && NormSymbols.IsOfRuntime(parameter.ContainingType)
            && parameter.ContainingSymbol.Name is not "TryParse")
        {
            Check(context, parameter.Name, argument.Value);
        }
    }

    private static void AnalyzeAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IPropertyReferenceOperation { Property: var property } && NormSymbols.IsOfRuntime(property.ContainingType))
        {
            Check(context, property.Name, assignment.Value);
        }
    }

    /// <summary><c>grid: (0, 2)</c>, a pair that becomes a grid.</summary>
    private static void AnalyzePair(OperationAnalysisContext context)
    {
        var pair = (ITupleOperation)context.Operation;
        if (pair.Elements.Length == Sides.Length && OperatorOn(pair) is { } @operator && NormSymbols.IsOfRuntime(@operator.ContainingType))
        {
            for (var index = 0; index < Sides.Length; index++)
            {
                Check(context, Sides[index], pair.Elements[index]);
            }
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

    private static void Check(OperationAnalysisContext context, string name, IOperation value)
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
