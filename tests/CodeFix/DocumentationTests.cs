using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>The code in README, in the packages' pages and in those of the rules is what the compiler, the rules and the engine make of it.</summary>
/// <remarks>
/// A rule's page shows statements of a constructor that the rule reports, what its fix makes of them, and the directive that
/// suppresses it, in this order; messages are quotes.
/// </remarks>
public sealed partial class DocumentationTests
{
    private const string Suppression = "#pragma warning disable ";

    [Fact]
    public async Task ReadmeExamples_Compile()
    {
        var example = Assert.Single(Blocks("README.md", "csharp"));

        Assert.Empty(await TestSolution.Of($$"""
            using PbnRewriter.Runtime;
            using static TorchSharp.torch;

            class Examples
            {
                static void Run(nn.Module model, Tensor x, Tensor running_mean, Tensor running_var)
                {
            {{example}}
                }
            }
            """).ErrorsAsync());
    }

    [Fact]
    public async Task PackageExample_Compiles()
    {
        var example = Assert.Single(Blocks("src/Runtime/PACKAGE.md", "csharp"));

        Assert.Empty(await TestSolution.Of(example + "// a top-level program\n").ErrorsAsync());
    }

    [Fact]
    public async Task ReadmeDiff_IsWhatTheEngineMakes()
    {
        var lines = Assert.Single(Blocks("README.md", "diff")).TrimEnd('\n').Split('\n');

        Assert.Equal(Model(sign: '+'), await Rewriting.OfAsync(Model(sign: '-')));

        string Model(char sign)
        {
            var side = lines.Where(line => line.Length == 0 || line[0] == ' ' || line[0] == sign).Select(line => line.Length == 0 ? "" : line[1..]).ToList();
            return $$"""
                {{Indented(0)}}
                class Model : Module
                {
                {{Indented(4)}}

                    private Model() : base("model")
                    {
                {{Indented(8)}}
                        foreach (var module in modules())
                        {
                            switch (module)
                            {
                {{Indented(16)}}
                                    bn.eval();
                                    break;
                            }
                        }
                    }
                }
                """;

            string Indented(int width) => string.Join('\n', side.Where(line => line.Length - line.TrimStart().Length == width));
        }
    }

    [Fact]
    public async Task PageOfPBN0001_ShowsWhatIsReportedAndWhatTheFixMakes()
    {
        var (before, after, suppression) = Example<BatchNormAnalyzer>();

        Assert.Single(await ReportedAsync<BatchNormAnalyzer>(Source("BatchNorm2d", before)));
        Assert.Equal("using PbnRewriter.Runtime;\n" + Source("PatchBatchNorm2d", after!), await Rewriting.OfAsync(Source("BatchNorm2d", before)));
        Assert.Empty(await ReportedAsync<BatchNormAnalyzer>(suppression + Source("BatchNorm2d", before)));

        static string Source(string type, string code) =>
            $"using TorchSharp.Modules;\nusing static TorchSharp.torch.nn;\n\nclass Block\n{{\n    {type} bn1;\n\n    Block()\n    {{\n{code}    }}\n}}\n";
    }

    [Fact]
    public async Task PageOfPBN0002_ShowsWhatIsReportedAndWhatTheFixMakes()
    {
        var (before, after, suppression) = Example<TypeTestAnalyzer>();
        var solution = TestSolution.Of(Source(before));
        var reported = Assert.Single(await ReportedAsync<TypeTestAnalyzer>(solution));
        var test = new BlindTest(solution.GetDocument(reported.Location.SourceTree)!.Id, reported.Location.SourceSpan);

        Assert.Equal(Source(after!), await (await RewriteEngine.SeeBothAsync(solution, [test], CancellationToken.None)).TextAsync());
        Assert.Empty(await ReportedAsync<TypeTestAnalyzer>(Source(after!)));
        Assert.Empty(await ReportedAsync<TypeTestAnalyzer>(suppression + Source(before)));

        static string Source(string code) =>
            $"using PbnRewriter.Runtime;\nusing TorchSharp.Modules;\nusing static TorchSharp.torch;\n\nclass Net : nn.Module\n{{\n    PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8);\n\n    Net() : base(\"net\")\n    {{\n{code}    }}\n}}\n";
    }

    [Fact]
    public async Task PageOfPBN0003_ShowsWhatIsReported()
    {
        var (before, after, suppression) = Example<ArgumentAnalyzer>();

        Assert.Null(after);
        Assert.Equal(Quotes("docs/rules/PBN0003.md"), (await ReportedAsync<ArgumentAnalyzer>(Source(before))).Select(Message));
        Assert.Empty(await ReportedAsync<ArgumentAnalyzer>(suppression + Source(before)));

        static string Source(string code) =>
            $"using PbnRewriter.Runtime;\n\nclass Block\n{{\n    PatchBatchNorm2d bn1;\n\n    Block()\n    {{\n{code}    }}\n}}\n";
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/rules/PBN0001.md")]
    [InlineData("docs/rules/PBN0004.md")]
    public async Task EditorConfig_IsReadOrReportedAsThePageSays(string page)
    {
        var options = Assert.Single(Blocks(page, "ini")).Replace("[*.cs]\n", "", StringComparison.Ordinal);
        var solution = TestSolution.Of("class Model { object norm = TorchSharp.torch.nn.BatchNorm2d(8); }").WithEditorConfig(options);

        Assert.Equal(
            page.EndsWith("PBN0004.md", StringComparison.Ordinal) ? Quotes(page) : [], (await ReportedAsync<OptionAnalyzer>(solution)).Select(Message));
        Assert.Contains(LayerOption.All, option => options.StartsWith(option.Key + " = ", StringComparison.Ordinal));
    }

    /// <summary>What the page of a rule shows: all its blocks of C#.</summary>
    private static (string Before, string? After, string Suppression) Example<T>()
        where T : DiagnosticAnalyzer, new()
    {
        var rule = new T().SupportedDiagnostics.Single().Id;
        var blocks = Blocks($"docs/rules/{rule}.md", "csharp");
        Assert.InRange(blocks.Count, 2, 3);
        Assert.Equal(Suppression + rule + "\n", blocks[^1]);
        return (blocks[0], blocks.Count == 3 ? blocks[1] : null, blocks[^1]);
    }

    private static Task<IReadOnlyList<Diagnostic>> ReportedAsync<T>(string source)
        where T : DiagnosticAnalyzer, new() => ReportedAsync<T>(TestSolution.Of(source));

    private static async Task<IReadOnlyList<Diagnostic>> ReportedAsync<T>(Solution solution)
        where T : DiagnosticAnalyzer, new()
    {
        Assert.Empty(await solution.ErrorsAsync());
        var project = solution.Projects.Single();
        var compilation = (await project.GetCompilationAsync())!.WithAnalyzers([new T()], project.AnalyzerOptions);
        return [.. (await compilation.GetAnalyzerDiagnosticsAsync()).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    private static string Message(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Blocks(string page, string language) =>
        [.. Block().Matches(Read(page)).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["code"].Value)];

    /// <summary>The quotes of a page, each on one line.</summary>
    private static IEnumerable<string> Quotes(string page) =>
        Quote().Matches(Read(page)).Select(quote => quote.Value[2..].TrimEnd('\n').Replace("\n> ", " ", StringComparison.Ordinal));

    private static string Read(string page) =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../..", page)).ReplaceLineEndings("\n");

    private static string ThisFile([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^> (.|\n(?=> ))*\n", RegexOptions.Multiline)]
    private static partial Regex Quote();
}
