using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>
/// Tells the files that a run may write: those below the solution's folder, and the project files and sources of projects that
/// the user names. A file that another project compiles too, one that is only referenced, stays with that project.
/// </summary>
internal sealed class EditableFiles
{
    private readonly ProjectScope scope;

    private EditableFiles(ProjectScope scope, ImmutableDictionary<string, string> reasons)
    {
        this.scope = scope;
        Reasons = reasons;
    }

    /// <summary>The sources that stay, by the paths that documents have, each with the reason.</summary>
    public ImmutableDictionary<string, string> Reasons { get; }

    public static EditableFiles Of(Solution solution, ProjectScope scope) => new(scope, solution.Projects
        .SelectMany(project => project.Documents, (project, document) => (document.FilePath, Project: project.FilePath ?? ""))
        .Where(each => each.FilePath is not null)
        .GroupBy(each => each.FilePath!, each => each.Project, StringComparer.Ordinal)
        .Select(file => (file.Key, Reason: Reason(file.Key, [.. file], scope)))
        .Where(file => file.Reason is not null)
        .ToImmutableDictionary(file => file.Key, file => file.Reason!, StringComparer.Ordinal));

    /// <summary>The site, with the reason where its file is not to be written.</summary>
    public Site Apply(Site site, Document document) =>
        site.LeaveBecause is null && Reasons.TryGetValue(document.FilePath!, out var reason) ? site with { LeaveBecause = reason } : site;

    /// <summary>Whether a project file, or one that it imports, may be written.</summary>
    public bool Contains(string projectFile) => IsInside(projectFile, scope) || scope.IsNamed(projectFile);

    private static string? Reason(string file, ImmutableArray<string> projects, ProjectScope scope)
    {
        if (projects.FirstOrDefault(project => !scope.Input.Projects.Contains(project, FilePaths.Comparer)) is { } other)
        {
            return $"{Path.GetFileNameWithoutExtension(other)}, which compiles the file, is not among the projects that are looked at; name a solution that has it";
        }

        var outside = projects.FirstOrDefault(project => !scope.IsNamed(project) && !IsInside(project, scope))
            ?? (IsInside(file, scope) || projects.Any(scope.IsNamed) ? null : projects[0]);
        return outside is null
            ? null
            : $"the file or its project lies outside {scope.Input.SolutionFolder}: name the project, {Path.GetFileNameWithoutExtension(outside)}, with --project";
    }

    private static bool IsInside(string file, ProjectScope scope) => FilePaths.IsBelow(scope.Input.SolutionFolder, file);
}
