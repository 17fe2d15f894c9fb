using System.Text.RegularExpressions;

namespace PbnRewriter.Cli.Tests;

/// <summary>What the pages name is there: files, headings, options, packages and types.</summary>
public sealed partial class PageTests
{
    private static IEnumerable<string> AllPages => [.. RepositoryFile.Names("*.md", ".", recurse: false), .. RepositoryFile.Names("*.md", "docs", recurse: true)];

    public static TheoryData<string> Pages => [.. AllPages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_LeadSomewhere(string page) => Assert.DoesNotContain(
        Link().Matches(Prose(page)).Select(link => link.Groups["target"].Value),
        target => !target.Contains("://", StringComparison.Ordinal) && !Exists(page, target));

    [Fact]
    public void Readme_LinksToEachPage() => Assert.Empty(
        AllPages.Where(page => page != "README.md").Except(Link().Matches(Prose("README.md")).Select(link => link.Groups["target"].Value)));

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/performance.md")]
    public void Commands_NameWhatThereIs(string page)
    {
        var words = Shell().Matches(RepositoryFile.Read(page))
            .SelectMany(block => block.Groups["code"].Value.Split('\n'))
            .Select(line => line.Split("  #")[0].Replace("<the clone>/", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToList();

        Assert.NotEmpty(words.SelectMany(line => line));
        Assert.DoesNotContain(words.SelectMany(line => line).Where(IsPath), path => !RepositoryFile.Exists(path.Split("/*")[0]));
        Assert.Empty(words.SelectMany(UnknownOptions));
        Assert.Empty(words.SelectMany(Packages).Except(["PbnRewriter", "PbnRewriter.Cli", "TorchSharp-cpu"]));

        static bool IsPath(string word) =>
            word[0] is not '<' and not '-' and not '\'' and not '"' && !word.StartsWith("artifacts/", StringComparison.Ordinal)
            && (word.Contains('/', StringComparison.Ordinal) || word.EndsWith(".sln", StringComparison.Ordinal));

        // Behind the -- are the options of a project of this repository, which its sources have as they are.
        static IEnumerable<string> UnknownOptions(string[] line)
        {
            var (own, project) = (Array.IndexOf(line, "--"), Array.IndexOf(line, "--project"));
            if (own < 0 || project < 0)
            {
                return [];
            }

            var sources = RepositoryFile.Names("*.cs", line[project + 1], recurse: true).Select(RepositoryFile.Read).ToList();
            return line[own..].Where(word => word.Length > 2 && word[0] == '-').Where(option => !sources.Exists(source => source.Contains($"\"{option}\"", StringComparison.Ordinal)));
        }

        static IEnumerable<string> Packages(string[] line) => line.Zip(line.Skip(1))
            .Where(pair => pair.First == "package" || (pair.First == "--global" && line.Contains("install")))
            .Select(pair => pair.Second);
    }

    [Fact]
    public void ArchitecturePage_NamesWhatTheSourcesHave()
    {
        var page = Prose("docs/architecture.md");
        var names = CodeName().Matches(page).Select(name => name.Groups[1].Value).Distinct().ToList();
        var words = RepositoryFile.Names("*.cs", "src", recurse: true).SelectMany(file => Word().Matches(RepositoryFile.Read(file)).Select(word => word.Value)).ToHashSet();

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(words));
        Assert.DoesNotContain(CodePath().Matches(page).Select(path => path.Groups[1].Value), path => !RepositoryFile.Exists(path));
    }

    private static bool Exists(string page, string target)
    {
        var parts = target.Split('#');
        var path = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return RepositoryFile.Exists(path) && (parts.Length == 1 || Anchors(path).Contains(parts[1]));
    }

    /// <summary>The anchors that GitHub makes of headings: lower case, without signs, a dash for a space.</summary>
    private static HashSet<string> Anchors(string page)
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(Prose(page)))
        {
            var anchor = Sign().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');
            for (var (unique, n) = (anchor, 0); !anchors.Add(unique); unique = $"{anchor}-{n}")
            {
                n++;
            }
        }

        return anchors;
    }

    /// <summary>A page without its blocks of code.</summary>
    private static string Prose(string page) => Block().Replace(RepositoryFile.Read(page), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Sign();

    [GeneratedRegex(@"^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^```sh\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shell();

    [GeneratedRegex(@"`([A-Z]\w+)`")]
    private static partial Regex CodeName();

    [GeneratedRegex(@"`(src/[^`]+)`")]
    private static partial Regex CodePath();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
