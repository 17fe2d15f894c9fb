using Microsoft.CodeAnalysis;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Loading;

/// <summary>
/// Leaves out the source generators and analyzers that come with .NET, as loading and running them takes longer than all else
/// that a project's compilation takes. These generators answer to an attribute on a partial member or class, whose declaration
/// has an error without what they write: where there is one, they are put back.
/// </summary>
internal static class FrameworkGenerators
{
    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>The solution without them.</summary>
    public static Solution LeaveOut(Solution solution) => solution.Projects.Aggregate(
        solution,
        (changed, project) => changed.WithProjectAnalyzerReferences(
            project.Id, project.AnalyzerReferences.Where(reference => !IsOfFramework(reference.FullPath))));

    /// <summary>The solution with those of the projects whose declarations have errors without them.</summary>
    /// <param name="without">The solution that <see cref="LeaveOut"/> gave.</param>
    /// <param name="with">The solution that it was given.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static async Task<Solution> PutBackAsync(Solution without, Solution with, CancellationToken cancellationToken)
    {
        var lacking = await InParallel.SelectAsync(
            without.Projects,
            async project => (project.Id, IsLacking: HasDeclarationError(await project.GetCompilationAsync(cancellationToken), cancellationToken)),
            cancellationToken);
        return lacking.Where(each => each.IsLacking).Aggregate(
            without, (changed, each) => changed.WithProjectAnalyzerReferences(each.Id, with.GetProject(each.Id)!.AnalyzerReferences));
    }

    private static bool HasDeclarationError(Compilation? compilation, CancellationToken cancellationToken) =>
        compilation?.GetDeclarationDiagnostics(cancellationToken).Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) == true;

    private static bool IsOfFramework(string? file) =>
        file is not null
        && file.Split(Separators) is var parts
        && (parts.Contains("Microsoft.NETCore.App.Ref", StringComparer.OrdinalIgnoreCase)
            || parts.Zip(parts.Skip(1)).Contains(("Sdks", "Microsoft.NET.Sdk")));
}
