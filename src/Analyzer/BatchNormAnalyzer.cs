using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

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
            if (NormSymbols.HasTorchSharp(start.Compilation))
            {
                start.RegisterOperationAction(AnalyzeInvocation, OperationKind.Invocation);
            }
        });
    }

    private static void AnalyzeInvocation(OperationAnalysisContext context)
    {
        if (context.Operation is not IInvocationOperation invocation || !NormSymbols.IsFactory(invocation.TargetMethod))
        {
            return;
        }

        var config = context.Options.AnalyzerConfigOptionsProvider.GetOptions(invocation.Syntax.SyntaxTree);
        var (rows, columns) = LayerOptions.Read(config).Or(LayerOptions.Default).Grid!.Value;
        context.ReportDiagnostic(Diagnostic.Create(
            Rule, CalledName(invocation.Syntax), MemberName.Around(invocation.Syntax), PatchGridText.Format(rows, columns)));
    }

    /// <summary>The name that is called, without its argument list, so that a long call is not underlined as a whole.</summary>
    private static Location CalledName(SyntaxNode construction) =>
        construction is InvocationExpressionSyntax call ? call.Expression.GetLocation() : construction.GetLocation();
}
