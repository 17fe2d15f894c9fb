using System.Collections.Immutable;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Reports;

/// <summary>How many constructions a project has.</summary>
/// <param name="Name">The name of the project.</param>
/// <param name="Found">All that were found.</param>
/// <param name="Rewritten">Those that are rewritten.</param>
/// <param name="LeftBecause">The reasons for which the others stay, the most frequent first.</param>
internal sealed record ProjectCount(string Name, int Found, int Rewritten, ImmutableArray<ReasonCount> LeftBecause)
{
    /// <summary>Those that stay.</summary>
    public int Left => Found - Rewritten;

    /// <summary>The projects that have any, by name.</summary>
    public static ImmutableArray<ProjectCount> Of(RewriteReport report) =>
    [
        .. report.Sites
            .GroupBy(site => site.Project, StringComparer.Ordinal)
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .Select(project => new ProjectCount(
                project.Key, project.Count(), project.Count(site => site.IsRewritten), Reasons(project))),
    ];

    private static ImmutableArray<ReasonCount> Reasons(IEnumerable<SiteReport> sites) =>
    [
        .. sites.Select(site => site.LeftBecause).OfType<string>()
            .GroupBy(reason => reason, StringComparer.Ordinal)
            .Select(reason => new ReasonCount(reason.Key, reason.Count()))
            .OrderByDescending(reason => reason.Count).ThenBy(reason => reason.Reason, StringComparer.Ordinal),
    ];
}

/// <summary>How many constructions stay for one reason.</summary>
internal sealed record ReasonCount(string Reason, int Count);
