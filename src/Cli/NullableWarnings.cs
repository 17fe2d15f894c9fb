using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.Cli;

/// <summary>
/// Leaves out the nullable warnings of projects in which they are no errors: finding them takes an analysis of each method's
/// flow, about as long as binding it, and a rewrite is judged by errors alone. What annotations mean stays.
/// </summary>
internal static class NullableWarnings
{
    // Those of the compiler that tell of null are all of this series.
    private const string Series = "CS8";

    /// <summary>The solution without them.</summary>
    public static async Task<Solution> LeaveOutAsync(Solution solution, CancellationToken cancellationToken)
    {
        foreach (var project in solution.Projects.ToList())
        {
            if (project.CompilationOptions is CSharpCompilationOptions options && !AreErrors(options) && !await AreConfiguredAsync(project, cancellationToken))
            {
                solution = solution.WithProjectCompilationOptions(
                    project.Id, options.WithNullableContextOptions(options.NullableContextOptions & NullableContextOptions.Annotations));
            }
        }

        return solution;
    }

    private static bool AreErrors(CSharpCompilationOptions options) =>
        options.GeneralDiagnosticOption == ReportDiagnostic.Error
        || options.SpecificDiagnosticOptions.Any(option =>
            option.Value == ReportDiagnostic.Error && option.Key.StartsWith(Series, StringComparison.OrdinalIgnoreCase));

    private static async Task<bool> AreConfiguredAsync(Project project, CancellationToken cancellationToken)
    {
        foreach (var config in project.AnalyzerConfigDocuments)
        {
            var text = await config.GetTextAsync(cancellationToken);
            if (text.ToString().Contains($"dotnet_diagnostic.{Series}", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
