using System.Collections.Immutable;
using System.IO.Enumeration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.FileSystemGlobbing;
using PbnRewriter.Cli.Loading;
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
        include.Concat(exclude).Concat(sites).Where(pattern => !pattern.HasMatched).Select(pattern => pattern.ToString());

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

    /// <summary>
    /// Refuses a pattern of what to rewrite that matched no site, and that no source file or no member answers to: a slip of the
    /// pen would read as "nothing to change". Asked once all sites went through. Nothing is said of <c>--exclude</c>, which may
    /// well be there for what is to come.
    /// </summary>
    /// <param name="input">The solution or project file, whose sources the patterns may name.</param>
    /// <param name="solution">What was loaded of it.</param>
    /// <param name="asked">The projects in which sites are looked for.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public async Task EnsureAnsweredAsync(InputPath input, Solution solution, ImmutableArray<Project> asked, CancellationToken cancellationToken)
    {
        if (include.FirstOrDefault(pattern => !pattern.HasMatched && !SourceFiles(input, solution).Any(pattern.IsMatch)) is { } slip)
        {
            var deeper = Files("--include", "**/" + slip.Text);
            var hint = SourceFiles(input, solution).Any(deeper.IsMatch) ? $"; {deeper} does" : "";
            throw new RunException(
                ExitCode.Usage, $"{slip} matches no source file of {input.File}{hint}. Patterns start from {baseFolder}; nothing was written.");
        }

        foreach (var pattern in asked.IsEmpty ? [] : sites.Where(pattern => !pattern.HasMatched))
        {
            if (!await AnyMemberAsync(asked, pattern.IsMatch, cancellationToken))
            {
                throw new RunException(
                    ExitCode.Usage,
                    $"{pattern} matches no member of the projects that use TorchSharp. A member is named Type.Member, as a report names it; nothing was written.");
            }
        }
    }

    // Not every project is loaded, and not every source lies in the folder of its project.
    private static IEnumerable<string> SourceFiles(InputPath input, Solution solution) =>
        solution.Projects.SelectMany(project => project.Documents).Select(document => document.FilePath).OfType<string>()
            .Concat(input.Projects.Select(project => Path.GetDirectoryName(project)!).Where(Directory.Exists).SelectMany(folder =>
                Directory.EnumerateFiles(folder, "*.cs", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })));

    private static async Task<bool> AnyMemberAsync(
        ImmutableArray<Project> projects, Func<string, bool> isMatch, CancellationToken cancellationToken)
    {
        foreach (var document in projects.SelectMany(project => project.Documents))
        {
            var root = await document.GetSyntaxRootAsync(cancellationToken);
            if (root!.DescendantNodes()
                .Where(node => node.Parent is MemberDeclarationSyntax and not BaseNamespaceDeclarationSyntax)
                .Select(MemberName.Around)
                .Any(isMatch))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyMatches(ImmutableArray<Pattern> patterns, string text) => patterns.Count(pattern => pattern.Matches(text)) > 0;

    private Pattern Files(string option, string glob)
    {
        EnsureNotEmpty(option, glob);
        var matcher = new Matcher(FilePaths.Comparison);
        var (folder, pattern) = (baseFolder, glob.Replace('\\', '/'));
        if (Path.IsPathRooted(pattern) || pattern.StartsWith("..", StringComparison.Ordinal))
        {
            // A path, as a shell completes it.
            (folder, pattern) = Parted(Path.GetFullPath(pattern, currentDirectory));
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

        return new Pattern(option, glob, file => matcher.Match(folder, file).HasMatches);
    }

    /// <summary>A folder, and what of a pattern is looked for in it: a matcher does not look above its folder.</summary>
    private static (string Folder, string Pattern) Parted(string path)
    {
        path = path.Replace('\\', '/');
        var last = path.TrimEnd('/').LastIndexOf('/');
        var wildcard = path.IndexOf('*', StringComparison.Ordinal);
        var start = (wildcard < 0 ? last : path.LastIndexOf('/', wildcard)) + 1;
        return start == 0 ? (path, "**") : (path[..start], path[start..]);
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
        public string Text => text;

        public Func<string, bool> IsMatch => isMatch;

        public bool HasMatched { get; private set; }

        public bool Matches(string value)
        {
            var matches = isMatch(value);
            HasMatched |= matches;
            return matches;
        }

        public override string ToString() => $"{option} '{text}'";
    }
}
