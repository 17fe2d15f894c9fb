using System.Collections.Immutable;
using System.IO.Enumeration;
using Microsoft.CodeAnalysis;
using Microsoft.Extensions.FileSystemGlobbing;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>Leaves the sites that <c>--include</c>, <c>--exclude</c> and <c>--sites</c> do not ask for, each with the reason.</summary>
internal sealed class SiteFilter
{
    private readonly string baseFolder;
    private readonly string currentDirectory;
    private readonly ImmutableArray<Pattern> include;
    private readonly ImmutableArray<Pattern> exclude;
    private readonly ImmutableArray<Pattern> sites;

    /// <param name="baseFolder">The folder that patterns of files start from, the one that the report's paths start from.</param>
    /// <param name="currentDirectory">The folder that a path with <c>..</c> starts from.</param>
    /// <param name="patterns">The patterns as they were given.</param>
    public SiteFilter(string baseFolder, string currentDirectory, SitePatterns patterns)
    {
        this.baseFolder = baseFolder;
        this.currentDirectory = currentDirectory;
        include = [.. patterns.Include.Select(glob => Files("--include", glob))];
        exclude = [.. patterns.Exclude.Select(glob => Files("--exclude", glob))];
        sites = [.. patterns.Sites.Select(Members)];
    }

    /// <summary>The patterns that matched no site, as <c>--include 'Old/**'</c>; asked once all sites went through.</summary>
    public IEnumerable<string> Unmatched =>
        include.Concat(exclude).Concat(sites).Where(pattern => !pattern.HasMatched).Select(pattern => $"{pattern.Option} '{pattern.Text}'");

    /// <summary>The site, with the reason where it is not asked for.</summary>
    public Site Apply(Site site, Document document)
    {
        var file = document.FilePath!;

        // Every pattern sees every site, so that what is said of unmatched ones does not depend on the others.
        var isIncluded = AnyMatches(include, file);
        var isExcluded = AnyMatches(exclude, file);
        var isNamed = AnyMatches(sites, site.Member);
        return site with
        {
            LeaveBecause = isExcluded ? "--exclude names its file"
                : !include.IsEmpty && !isIncluded ? "--include does not name its file"
                : !sites.IsEmpty && !isNamed ? "--sites does not name its member"
                : null,
        };
    }

    private static bool AnyMatches(ImmutableArray<Pattern> patterns, string text) => patterns.Count(pattern => pattern.Matches(text)) > 0;

    private Pattern Files(string option, string glob)
    {
        EnsureNotEmpty(option, glob);
        var matcher = new Matcher(FilePaths.Comparison);
        var pattern = glob.Replace('\\', '/');
        if (Path.IsPathRooted(pattern) || pattern.StartsWith("..", StringComparison.Ordinal))
        {
            // A path, as a shell completes it.
            pattern = FilePaths.Relative(baseFolder, Path.GetFullPath(pattern, currentDirectory));
        }

        try
        {
            matcher.AddInclude(pattern);
            if (!pattern.Contains('*', StringComparison.Ordinal))
            {
                // Without a wildcard it may be a folder, which stands for all that is in it.
                matcher.AddInclude(pattern.TrimEnd('/') + "/**");
            }
        }
        catch (ArgumentException invalid)
        {
            throw new RunException(ExitCode.Usage, $"{option} cannot read '{glob}': {Sentence.FirstLine(invalid.Message)}");
        }

        return new Pattern(option, glob, file => matcher.Match(baseFolder, file).HasMatches);
    }

    private static Pattern Members(string glob)
    {
        EnsureNotEmpty("--sites", glob);

        // A type alone stands for all its members.
        return new Pattern("--sites", glob, member =>
            FileSystemName.MatchesSimpleExpression(glob, member, ignoreCase: false)
            || FileSystemName.MatchesSimpleExpression(glob + ".*", member, ignoreCase: false));
    }

    private static void EnsureNotEmpty(string option, string glob)
    {
        if (string.IsNullOrWhiteSpace(glob))
        {
            throw new RunException(ExitCode.Usage, $"{option} takes a pattern, not ''.");
        }
    }

    private sealed class Pattern(string option, string text, Func<string, bool> isMatch)
    {
        public string Option => option;

        public string Text => text;

        public bool HasMatched { get; private set; }

        public bool Matches(string value)
        {
            var matches = isMatch(value);
            HasMatched |= matches;
            return matches;
        }
    }
}
