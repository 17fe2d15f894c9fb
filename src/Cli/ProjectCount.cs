using System.Collections.Immutable;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>How many constructions a project has.</summary>
/// <param name="Name">The name of the project.</param>
/// <param name="Found">All that were found.</param>
/// <param name="Rewritten">Those that are rewritten.</param>
internal sealed record ProjectCount(string Name, int Found, int Rewritten)
{
    /// <summary>Those that stay.</summary>
    public int Left => Found - Rewritten;

    /// <summary>The projects that have any, by name.</summary>
    public static ImmutableArray<ProjectCount> Of(RewriteReport report) =>
    [
        .. report.Sites
            .GroupBy(site => site.Project, StringComparer.Ordinal)
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .Select(project => new ProjectCount(project.Key, project.Count(), project.Count(site => site.IsRewritten))),
    ];
}
