using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace PbnRewriter.Cli.Loading;

/// <summary>The one target framework that <c>--framework</c> names, and the projects that have it.</summary>
internal sealed class FrameworkChoice
{
    private readonly string name;
    private readonly ImmutableArray<string> without;

    private FrameworkChoice(string name, ImmutableArray<string> projects, ImmutableArray<string> without)
    {
        this.name = name;
        this.without = without;
        Projects = projects;
    }

    /// <summary>The projects that have the framework.</summary>
    public ImmutableArray<string> Projects { get; }

    /// <summary>Says which projects are left out; null where all have the framework.</summary>
    public string? Note => without.IsEmpty ? null : $"left out, as they do not have {name}: {string.Join(", ", without)}.";

    /// <summary>Refuses a framework that no project has: a slip of the pen would read as "nothing to change".</summary>
    /// <param name="name">The framework.</param>
    /// <param name="projects">The projects that would be loaded otherwise.</param>
    /// <param name="scope">The projects to look at otherwise.</param>
    /// <param name="evaluation">Tells the frameworks of a project.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static FrameworkChoice Of(
        string name, ImmutableArray<string> projects, ProjectScope scope, ProjectEvaluation evaluation, CancellationToken cancellationToken)
    {
        var known = projects
            .AsParallel().AsOrdered().WithCancellation(cancellationToken)
            .Select(project => (File: project, Frameworks: FrameworksOf(project, evaluation)))
            .ToLookup(project => project.Frameworks?.Contains(name, StringComparer.OrdinalIgnoreCase) ?? true);
        var without = known[false].Where(project => scope.Includes(project.File)).ToList();
        if (without.Count == 0 || known[true].Any(project => scope.Includes(project.File)))
        {
            return new FrameworkChoice(
                name,
                [.. known[true].Select(project => project.File)],
                [.. without.Select(project => Path.GetFileNameWithoutExtension(project.File)).Order(StringComparer.Ordinal)]);
        }

        var frameworks = without.SelectMany(project => project.Frameworks!.Value).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);
        throw new RunException(
            ExitCode.Usage,
            $"--framework names a target framework that no project of {scope} has: '{name}'.\nThere are: {string.Join(", ", frameworks.DefaultIfEmpty("none"))}.");
    }

    /// <summary>The solution without what the other frameworks compile, as far as nothing that stays builds on it.</summary>
    public Solution Narrow(Solution solution)
    {
        var graph = solution.GetProjectDependencyGraph();
        var kept = solution.Projects.Where(project => project.FilePath is { } file && Projects.Contains(file, FilePaths.Comparer) && IsOfFramework(project))
            .SelectMany(project => graph.GetProjectsThatThisProjectTransitivelyDependsOn(project.Id).Append(project.Id))
            .ToHashSet();
        return solution.ProjectIds.Where(id => !kept.Contains(id)).Aggregate(solution, (narrowed, id) => narrowed.RemoveProject(id));
    }

    // MSBuildWorkspace appends the framework to a project's name where there are several.
    private bool IsOfFramework(Project project) =>
        project.Name.EndsWith($"({name})", StringComparison.OrdinalIgnoreCase)
        || project.Solution.Projects.Count(other => FilePaths.Comparer.Equals(other.FilePath, project.FilePath)) == 1;

    // Null where the project cannot be evaluated: loading it will say what is wrong.
    private static ImmutableArray<string>? FrameworksOf(string project, ProjectEvaluation evaluation)
    {
        try
        {
            return evaluation.Evaluate(project).Frameworks;
        }
        catch (RunException)
        {
            return null;
        }
    }
}
