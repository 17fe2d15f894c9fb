using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter;

/// <summary>PBN0004: finds the values of .editorconfig that cannot be read.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptionAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        RuleIdentifiers.UnreadableOption,
        title: "Option in .editorconfig cannot be read",
        messageFormat: ".editorconfig cannot be read for this file: {0}",
        RuleIdentifiers.Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A value that cannot be read counts as absent: the fix of PBN0001 would construct layers with the default, and the command line refuses to.",
        helpLinkUri: RuleIdentifiers.HelpLink(RuleIdentifiers.UnreadableOption));

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

    // An analyzer is given the values of .editorconfig and not the file, so there is no line of it to report at. A value
    // matters where it would be constructed with: it is reported there, once a file, and not in each file of its section.
    private static void AnalyzeFile(SemanticModelAnalysisContext context)
    {
        var model = context.SemanticModel;
        var config = context.Options.AnalyzerConfigOptionsProvider.GetOptions(model.SyntaxTree);
        var unreadable = LayerOption.Unreadable(config).ToList();
        if (unreadable.Count == 0)
        {
            return;
        }

        var construction = Constructions.NamedIn(model.SyntaxTree, context.CancellationToken)
            .FirstOrDefault(call => Constructions.IsOfFactory(call, model, context.CancellationToken));
        foreach (var (option, message) in construction is null ? [] : unreadable)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule, construction!.Expression.GetLocation(), option is null ? message : $"{message}; {option.Default} takes its place"));
        }
    }
}
