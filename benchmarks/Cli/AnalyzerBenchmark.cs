using System.Runtime.InteropServices;
using static PbnRewriter.Cli.Benchmarks.Figures;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>Prints the table of docs/performance.md that is about the analyzers.</summary>
internal sealed class AnalyzerBenchmark
{
    private const int Files = 400;

    // Builds until a server takes no less time for another one: it compiles its own code better while it is used.
    private const int ServerWarmup = 4;

    // PBN0001 is for information, and the compiler looks for that only where it writes a log.
    private const string Log = "-p:ErrorLog=obj/log.sarif%2Cversion=2.1";

    // What analyzers take is added up over the threads, each with the time that it waits: no share of the compiler's time but
    // where there is one thread.
    private const string OneThread = "OneThread.rsp";

    private static readonly string[] Rules =
    [
        RuleIdentifiers.BatchNormConstruction, RuleIdentifiers.BlindTypeTest, RuleIdentifiers.ArgumentOutOfRange, RuleIdentifiers.UnreadableOption,
    ];

    private readonly GeneratedSolution solution;
    private readonly int rounds;

    private AnalyzerBenchmark(GeneratedSolution solution, int rounds)
    {
        this.solution = solution;
        this.rounds = rounds;
    }

    public static void Run(int rounds)
    {
        var contenders = Contenders.Built;
        var solution = new GeneratedSolution(Folders.Solution(1, Files, 1), 1, Files, 1);
        Folders.Generate(contenders, solution);
        File.WriteAllText(Path.Combine(solution.Folder, ".editorconfig"), $"root = true\n\n[*.cs]\n{LayerOption.Grid.Key} = 2x2\n");
        File.WriteAllText(Path.Combine(solution.Folder, OneThread), "/parallel-\n");
        var benchmark = new AnalyzerBenchmark(solution, rounds);

        Print($"{DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, a project of {Files} files, medians of {rounds} builds.");
        Print($"");
        Print($"| the project | the compiler | its time, s | {string.Join(" | ", Rules.Select(rule => $"{rule}, ms"))} | together, ms | share |");
        Print($"| --- | --- | --- | {string.Join(" | ", Rules.Select(_ => "---"))} | --- | --- |");
        benchmark.Measure("before a rewrite", ServerWarmup);
        benchmark.Measure("before it, with a log", 1, Log);
        contenders.Rewrite(solution);
        benchmark.Measure("after it", 1);
    }

    private void Measure(string project, int serverWarmup, params string[] properties)
    {
        // A first build, which does not count, fills the disk's cache.
        Measure(project, "a new process", 1, [.. properties, "-p:UseSharedCompilation=false"]);

        // A server of this run's own, which ends by itself when it was idle for a while. An environment may say that there is none.
        Measure(
            project, "a server in use", serverWarmup, [.. properties, "-p:UseSharedCompilation=true", $"-p:SharedCompilationId=pbn-{Environment.ProcessId}"]);
    }

    private void Measure(string project, string compiler, int warmup, string[] properties)
    {
        var reports = Enumerable.Range(0, warmup + rounds).Select(_ => Build(properties)).ToList()[warmup..];
        var times = Rules.Select(rule => $"{Median(reports.Select(report => report.Rules[rule])):0}");
        Print(
            $"| {project} | {compiler} | {Median(reports.Select(report => report.Compiler / 1000)):0.00} | {string.Join(" | ", times)} | {Median(reports.Select(report => report.Together)):0} | {Median(reports.Select(report => report.Share)):0.00 %} |");
    }

    // .NET's own analyzers are left out, as they would make the time larger that ours is a share of.
    private CompilerReport Build(string[] properties) => CompilerReport.Parse(MeasuredProcess.Run(
        solution.Folder,
        [
            "build", solution.SolutionFile, "--no-restore", "--no-incremental", "-nodeReuse:false", "-verbosity:detailed", "-clp:PerformanceSummary",
            "-p:ReportAnalyzer=true", $"-p:CompilerResponseFile={Path.Combine(solution.Folder, OneThread)}", "-p:EnableNETAnalyzers=false", "-p:PreferredUILang=en-US", .. properties,
        ],
        0).Output);
}
