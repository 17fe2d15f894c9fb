using System.Text;
using System.Text.RegularExpressions;

namespace PbnRewriter.Cli.Tests;

/// <summary>docs/cli.md, whose examples are runs and what they print, and the lists of options that are to agree.</summary>
public sealed partial class DocumentationTests
{
    private const string ShownFolder = "/home/you/Plain";
    private const string ShowsExitCode = "; echo $?";

    public static TheoryData<string, int> Examples
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (example, index) in Read().Select((example, index) => (example, index)))
            {
                data.Add(example.Commands[^1], index);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_PrintsWhatThePageSays(string command, int index)
    {
        var example = Read()[index];
        Assert.Equal(command, example.Commands[^1]);
        using var folder = await RestoredFixture.CopyAsync(command.Contains("Linked.slnx", StringComparison.Ordinal) ? "Linked" : "Plain");
        foreach (var (path, text) in example.Files)
        {
            folder.Write(path, text);
        }

        var printed = new StringBuilder();
        foreach (var line in example.Commands)
        {
            var console = new SharedConsole();
            var showsExitCode = line.EndsWith(ShowsExitCode, StringComparison.Ordinal);
            var arguments = Words().Matches(showsExitCode ? line[..^ShowsExitCode.Length] : line).Skip(1).Select(word => word.Value.Trim('\'')).ToList();
            if (arguments.Count > 1)
            {
                // The fixture is restored.
                arguments.Add("--no-restore");
            }

            var exitCode = await CommandLine.RunAsync([.. arguments], console, folder.FullPath, default);
            printed.Append(console.Out);
            if (showsExitCode)
            {
                printed.Append(exitCode).Append('\n');
            }
            else
            {
                Assert.Equal(0, exitCode);
            }
        }

        var actual = printed.ToString().Replace(folder.FullPath, ShownFolder, StringComparison.Ordinal).ReplaceLineEndings("\n");
        Assert.Equal(example.Output.Replace("0.1.0", ToolVersion.WithoutBuildMetadata, StringComparison.Ordinal), actual);
    }

    [Fact]
    public async Task Options_AreTheSameInHelpReadmeAndPage()
    {
        using var folder = new TemporaryFolder();
        var help = (await CommandRun.InAsync(folder, "--help")).Output;
        var options = HelpOptions().Matches(help).Select(match => match.Groups[1].Value.Replace("<", "", StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal));
        var headings = Headings().Matches(RepositoryFile.Read("docs/cli.md")).SelectMany(heading => Quoted().Matches(heading.Value)).Select(match => match.Groups[1].Value);
        var readme = RepositoryFile.Read("README.md").Split("[options]\n")[1].Split("```")[0].Split('\n').Select(line => line.Split("  ")[0]);

        Assert.Equal(options.Order(StringComparer.Ordinal), headings.Order(StringComparer.Ordinal));
        Assert.Equal(Names(options), Names(readme));
    }

    [Fact]
    public async Task ExitCodes_AreTheSameInHelpReadmeAndPage()
    {
        using var folder = new TemporaryFolder();
        var help = (await CommandRun.InAsync(folder, "--help")).Output;
        var codes = HelpCodes().Matches(help).Select(match => match.Groups[1].Value);

        Assert.Equal(codes, TableCodes().Matches(RepositoryFile.Read("docs/cli.md")).Select(match => match.Groups[1].Value));
        Assert.Equal(codes, TableCodes().Matches(RepositoryFile.Read("README.md")).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Reasons_AreThoseOfTheSources()
    {
        var sources = RepositoryFile.Names("*.cs", "src", recurse: true).Select(RepositoryFile.Read).ToList();
        var section = RepositoryFile.Read("docs/cli.md").Split("\n## What stays\n")[1].Split("\n## ")[0];
        var reasons = FirstCells().Matches(section).SelectMany(cell => Code().Matches(cell.Value)).Select(code => code.Groups[1].Value).ToList();

        Assert.NotEmpty(reasons);
        Assert.DoesNotContain(reasons, reason => !sources.Exists(source => source.Contains(reason, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Names(IEnumerable<string> options) =>
        options.SelectMany(option => Name().Matches(option)).Select(match => match.Value).Order(StringComparer.Ordinal);

    /// <summary>A block of commands, with the files that blocks before it name and the output in the block behind it.</summary>
    private static List<Example> Read()
    {
        var examples = new List<Example>();
        var files = new List<(string Path, string Text)>();
        foreach (Match block in Blocks().Matches(RepositoryFile.Read("docs/cli.md")))
        {
            var (language, path, text) = (block.Groups[1].Value, block.Groups[2].Value, block.Groups[3].Value);
            if (path.Length > 0)
            {
                files.Add((path, text));
            }
            else if (language == "sh")
            {
                examples.Add(new Example([.. files], text.TrimEnd().Split('\n'), ""));
                files.Clear();
            }
            else if (language.Length > 0)
            {
                examples[^1] = examples[^1] with { Output = text };
            }
        }

        return examples;
    }

    [GeneratedRegex(@"^```(\w*) ?(\S*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^  (-\S.*?)(?:   *\S.*)?$", RegexOptions.Multiline)]
    private static partial Regex HelpOptions();

    [GeneratedRegex(@"^### .*$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("`(-[^`]*)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<=^| )--?[a-z?-]+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| `.*?\|", RegexOptions.Multiline)]
    private static partial Regex FirstCells();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^    (\d+) ", RegexOptions.Multiline)]
    private static partial Regex HelpCodes();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex TableCodes();

    private sealed record Example((string Path, string Text)[] Files, string[] Commands, string Output);

    /// <summary>Standard output and standard error in the order in which a terminal shows them.</summary>
    private sealed class SharedConsole : ICommandConsole
    {
        public TextWriter Out { get; } = new StringWriter();

        public TextWriter Error => Out;

        public int? ProgressWidth => null;

        public void WriteWord(string word, ConsoleColor color) => Out.Write(word);

        public void WriteBytes(ReadOnlySpan<byte> bytes) => Out.Write(Encoding.UTF8.GetString(bytes));
    }
}
