using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter;

/// <summary>PBN0001: finds the calls of TorchSharp's <c>torch.nn.BatchNorm2d</c>.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BatchNormAnalyzer : DiagnosticAnalyzer
{
    internal static readonly DiagnosticDescriptor Rule = new(
        RuleIdentifiers.BatchNormConstruction,
        title: "BatchNorm2d can be a PatchBatchNorm2d",
        messageFormat: "The BatchNorm2d in {0} can be a PatchBatchNorm2d with a {1} grid",
        RuleIdentifiers.Category,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "Patch-aware batch normalization takes the place of batch normalization with the same parameters, buffers and evaluation output, and normalizes each patch of a feature map on its own statistics while training.",
        helpLinkUri: RuleIdentifiers.HelpLink(RuleIdentifiers.BatchNormConstruction));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (NormSymbols.AreReferenced(start.Compilation, runtime: false))
            {
                start.RegisterSemanticModelAction(AnalyzeFile);
            }
        });
    }

    // By file and not by call, as most files have none: see NamesInText.
    private static void AnalyzeFile(SemanticModelAnalysisContext context)
    {
        var model = context.SemanticModel;
        string? grid = null;
        foreach (var call in Constructions.NamedIn(model.SyntaxTree, context.CancellationToken))
        {
            if (Constructions.IsOfFactory(call, model, context.CancellationToken))
            {
                grid ??= Grid(context.Options.AnalyzerConfigOptionsProvider.GetOptions(model.SyntaxTree));
                context.ReportDiagnostic(Diagnostic.Create(Rule, call.Expression.GetLocation(), MemberName.Around(call), grid));
            }
        }
    }

    private static string Grid(AnalyzerConfigOptions config)
    {
        var (rows, columns) = LayerOptions.Read(config).Or(LayerOptions.Default).Grid!.Value;
        return PatchGridText.Format(rows, columns);
    }
}
