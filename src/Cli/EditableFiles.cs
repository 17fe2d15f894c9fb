using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.Cli.Loading;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>
/// Tells the files that a run may write: those below the solution's folder, wherever symbolic links show them, and the project
/// files and sources of projects that the user names. A file that another project compiles too, one that is only referenced,
/// stays with that project.
/// </summary>
internal sealed class EditableFiles
{
    private readonly ProjectScope scope;
    private readonly RealPaths real = new();
    private readonly string realFolder;

    private EditableFiles(Solution solution, ProjectScope scope)
    {
        this.scope = scope;
        realFolder = real.Of(scope.Input.SolutionFolder);
        Reasons = solution.Projects
            .SelectMany(project => project.Documents, (project, document) => (document.FilePath, Project: project.FilePath ?? ""))
            .Where(each => each.FilePath is not null)
            .GroupBy(each => each.FilePath!, each => each.Project, StringComparer.Ordinal)
            .Select(file => (file.Key, Reason: Reason(file.Key, [.. file])))
            .Where(file => file.Reason is not null)
            .ToImmutableDictionary(file => file.Key, file => file.Reason!, StringComparer.Ordinal);
    }

    /// <summary>The sources that stay, by the paths that documents have, each with the reason.</summary>
    public ImmutableDictionary<string, string> Reasons { get; }

    public static EditableFiles Of(Solution solution, ProjectScope scope) => new(solution, scope);

    /// <summary>The site, with the reason where its file is not to be written.</summary>
    public Site Apply(Site site, Document document) =>
        site.LeaveBecause is null && Reasons.TryGetValue(document.FilePath!, out var reason) ? site with { LeaveBecause = reason } : site;

    /// <summary>Whether a project file, or one that it imports, may be written.</summary>
    public bool Contains(string projectFile) => IsInside(projectFile) || scope.IsNamed(projectFile);

    private string? Reason(string file, ImmutableArray<string> projects)
    {
        if (projects.FirstOrDefault(project => !scope.Input.Projects.Contains(project, FilePaths.Comparer)) is { } other)
        {
            return $"{Path.GetFileNameWithoutExtension(other)}, which compiles the file, is not among the projects that are looked at; name a solution that has it";
        }

        return projects.FirstOrDefault(project => !Contains(project)) is { } outside ? Outside(outside, outside)
            : IsInside(file) || projects.Any(scope.IsNamed) ? null
            : Outside(file, projects[0]);
    }

    private string Outside(string path, string project)
    {
        var folder = scope.Input.SolutionFolder;
        var how = FilePaths.IsBelow(folder, path) ? $"is a link to {real.Of(path)}, outside {folder}" : $"lies outside {folder}";
        return $"the file or its project {how}: name the project, {Path.GetFileNameWithoutExtension(project)}, with --project";
    }

    private bool IsInside(string file) => FilePaths.IsBelow(realFolder, real.Of(file));
}
