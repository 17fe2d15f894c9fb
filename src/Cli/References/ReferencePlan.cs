using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.Text;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.References;

/// <summary>Says which project files need a reference to the runtime.</summary>
internal static class ReferencePlan
{
    /// <summary>
    /// The rewritten projects that lack the runtime, without those that have TorchSharp only through a project which
    /// gets the runtime: it comes to them the same way. A project to which referenced projects do not bring others gets the
    /// runtime's project itself, also where it only builds on what is rewritten.
    /// </summary>
    public static async Task<ImmutableArray<EvaluatedProject>> CreateAsync(
        Solution solution,
        ImmutableHashSet<ProjectId> rewritten,
        ImmutableHashSet<ProjectId> lacking,
        ReferenceChoice choice,
        ProjectEvaluation evaluation,
        CancellationToken cancellationToken)
    {
        var graph = solution.GetProjectDependencyGraph();
        var users = choice is ReferenceChoice.Project
            ? rewritten.Union(rewritten.SelectMany(graph.GetProjectsThatTransitivelyDependOnThisProject))
            : rewritten;
        var evaluated = await InParallel.SelectAsync(
            Files(users.Intersect(lacking)).Order(StringComparer.Ordinal), file => Task.FromResult(Evaluate(file, evaluation)), cancellationToken);

        var changed = Files(rewritten.Intersect(lacking)).ToHashSet(FilePaths.Comparer);
        var direct = evaluated.Where(project => changed.Contains(project.FilePath) && project.NamesTorchSharp)
            .Select(project => project.FilePath)
            .ToHashSet(FilePaths.Comparer);
        return [.. evaluated.Where(project =>
            direct.Contains(project.FilePath)
            || (changed.Contains(project.FilePath) && !Dependencies(solution, project.FilePath).Any(direct.Contains))
            || (choice is ReferenceChoice.Project && !project.TakesTransitiveProjects))];

        IEnumerable<string> Files(IEnumerable<ProjectId> projects) =>
            projects.Select(id => solution.GetProject(id)!.FilePath!).Distinct(FilePaths.Comparer);
    }

    /// <summary>Refuses a runtime that would come to reference itself.</summary>
    public static void EnsureNoCycle(Solution solution, ImmutableArray<EvaluatedProject> plan, ReferenceChoice choice)
    {
        if (choice is ReferenceChoice.Project runtime
            && plan.FirstOrDefault(project => Dependencies(solution, runtime.FilePath).Contains(project.FilePath, FilePaths.Comparer)) is { } user)
        {
            throw new RunException(
                ExitCode.Usage,
                $"--reference names {runtime.FilePath}, which itself builds on {user.FilePath}. Name the runtime's project; nothing was written.");
        }
    }

    /// <summary>
    /// The changes of project files that the changes of each source file need: of the projects that compile it and that these
    /// build on, and of files that are no project's own.
    /// </summary>
    public static ILookup<string, FileEdit> Needs(Solution solution, ImmutableArray<TextEdit> changes, ImmutableArray<FileEdit> references)
    {
        var all = solution.Projects.Select(project => project.FilePath).OfType<string>().ToHashSet(FilePaths.Comparer);
        return changes.Select(change => change.FilePath).Distinct(StringComparer.Ordinal)
            .SelectMany(source =>
            {
                var own = solution.GetDocumentIdsWithFilePath(source)
                    .Select(id => solution.GetProject(id.ProjectId)!.FilePath).OfType<string>()
                    .SelectMany(project => Dependencies(solution, project).Append(project))
                    .ToHashSet(FilePaths.Comparer);
                return references
                    .Where(edit => own.Contains(edit.Path) || !all.Contains(edit.Path))
                    .Select(edit => (Source: source, Edit: edit));
            })
            .ToLookup(need => need.Source, need => need.Edit, StringComparer.Ordinal);
    }

    private static EvaluatedProject Evaluate(string file, ProjectEvaluation evaluation)
    {
        try
        {
            return evaluation.Evaluate(file);
        }
        catch (RunException failed)
        {
            throw new RunException(ExitCode.NotLoaded, $"project {file} cannot be evaluated: {failed.Message}\nMake it build with dotnet build; nothing was written.");
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
