using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.Cli;

/// <summary>Says which project files need a reference to the runtime.</summary>
internal static class ReferencePlan
{
    /// <summary>
    /// The rewritten projects that lack the runtime, without those that have TorchSharp only through a project which
    /// gets the runtime: it comes to them the same way.
    /// </summary>
    public static ImmutableArray<EvaluatedProject> Create(
        Solution solution, ImmutableHashSet<ProjectId> rewritten, ImmutableHashSet<ProjectId> lacking)
    {
        var needing = rewritten.Intersect(lacking);
        var evaluated = needing
            .Select(id => solution.GetProject(id)!.FilePath!)
            .Distinct(FilePaths.Comparer)
            .Order(StringComparer.Ordinal)
            .Select(Evaluate)
            .ToImmutableArray();
        var direct = evaluated.Where(project => project.NamesTorchSharp).Select(project => project.FilePath).ToHashSet(FilePaths.Comparer);
        return [.. evaluated.Where(project =>
            direct.Contains(project.FilePath) || !Dependencies(solution, project.FilePath).Any(direct.Contains))];
    }

    private static EvaluatedProject Evaluate(string file)
    {
        try
        {
            return ProjectEvaluation.Evaluate(file);
        }
        catch (RunException failed)
        {
            throw new RunException(ExitCode.NotLoaded, $"project {file} cannot be evaluated: {failed.Message} Nothing was written.");
        }
    }

    private static IEnumerable<string> Dependencies(Solution solution, string file)
    {
        var graph = solution.GetProjectDependencyGraph();
        return solution.Projects
            .Where(project => FilePaths.Comparer.Equals(project.FilePath, file))
            .SelectMany(project => graph.GetProjectsThatThisProjectTransitivelyDependsOn(project.Id))
            .Select(id => solution.GetProject(id)!.FilePath)
            .OfType<string>();
    }
}
