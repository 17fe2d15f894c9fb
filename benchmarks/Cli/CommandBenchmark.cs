using System.Runtime.InteropServices;
using static PbnRewriter.Cli.Benchmarks.Figures;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>Prints the tables of docs/performance.md that are about the command.</summary>
internal sealed class CommandBenchmark
{
    private const int FilesPerProject = 20;

    private readonly Contenders contenders;
    private readonly int rounds;

    private CommandBenchmark(Contenders contenders, int rounds)
    {
        this.contenders = contenders;
        this.rounds = rounds;
    }

    public static void Run(int rounds)
    {
        var benchmark = new CommandBenchmark(Contenders.Publish(Folders.Tools), rounds);
        Print($"{DateTime.UtcNow:yyyy-MM-dd}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, .NET {Environment.Version}, whole processes, medians of {rounds} interleaved rounds.");
        Print($"");
        Print($"| projects | files | with TorchSharp | pbn-rewrite, s | dotnet format, s | times faster | opening alone, s | pbn-rewrite, MB | dotnet format, MB | of its memory |");
        Print($"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        benchmark.Compare(projects: 2, torchProjects: 1);
        benchmark.Compare(projects: 100, torchProjects: 10);
        Print($"");
        Print($"Projects without TorchSharp, beside 10 with it, from 25 to 100: {benchmark.Growth((35, 10), (110, 10)):0.00} times the time.");
        Print($"Projects with TorchSharp, beside 10 without it, from 10 to 40: {benchmark.Growth((20, 10), (50, 40)):0.00} times the time.");
        Print($"--check where nothing is left to do, 100 projects: {benchmark.Check():0.00} of the rewrite's time.");
    }

    private void Compare(int projects, int torchProjects)
    {
        var copy = Generate(projects, torchProjects);
        var results = Interleave(
            () => Rewritten(copy, solution => contenders.Rewrite(solution)),
            () => Rewritten(copy, Contenders.Format),
            () => contenders.Open(copy.Solution));
        var (ours, format, floor) = (results[0], results[1], results[2]);
        Print(
            $"| {projects} | {copy.Solution.Files} | {torchProjects} | {Seconds(ours):0.00} | {Seconds(format):0.00} | {TimeRatio(format, ours):0.0} | {Seconds(floor):0.00} | {Megabytes(ours):0} | {Megabytes(format):0} | {Megabytes(ours) / Megabytes(format):0.00} |");
    }

    private double Growth((int Projects, int TorchProjects) from, (int Projects, int TorchProjects) to)
    {
        var (small, large) = (Generate(from.Projects, from.TorchProjects), Generate(to.Projects, to.TorchProjects));
        var results = Interleave(
            () => Rewritten(small, solution => contenders.Rewrite(solution)), () => Rewritten(large, solution => contenders.Rewrite(solution)));
        return TimeRatio(results[1], results[0]);
    }

    private double Check()
    {
        var copy = Generate(projects: 100, torchProjects: 10);
        var results = Interleave(
            () => Rewritten(copy, solution => contenders.Rewrite(solution)), () => contenders.Rewrite(copy.Solution, "--check"));
        return TimeRatio(results[1], results[0]);
    }

    private SourceCopy Generate(int projects, int torchProjects)
    {
        var files = projects * FilesPerProject;
        var solution = new GeneratedSolution(Folders.Solution(projects, files, torchProjects), projects, files, torchProjects);
        Folders.Generate(contenders, solution);
        return new SourceCopy(solution);
    }

    // Each round runs all, so that what else the machine does meets all; a first one that does not count fills the disk's cache.
    private IReadOnlyList<MeasuredProcess>[] Interleave(params Func<MeasuredProcess>[] runs) =>
    [
        .. Enumerable.Range(0, rounds + 1)
            .Select(_ => runs.Select(run => run()).ToList())
            .ToList()
            .Skip(1)
            .SelectMany(round => round.Select((result, index) => (result, index)))
            .GroupBy(each => each.index, each => each.result)
            .Select(group => group.ToList()),
    ];

    private static MeasuredProcess Rewritten(SourceCopy copy, Func<GeneratedSolution, MeasuredProcess> run)
    {
        copy.Restore();
        var result = run(copy.Solution);
        copy.EnsureRewritten();
        return result;
    }

    private static double Seconds(IEnumerable<MeasuredProcess> results) => Median(results.Select(result => result.Time.TotalSeconds));

    private static double Megabytes(IEnumerable<MeasuredProcess> results) => Median(results.Select(result => result.PeakBytes / 1e6));

    // The median of the rounds' ratios.
    private static double TimeRatio(IEnumerable<MeasuredProcess> results, IEnumerable<MeasuredProcess> others) =>
        Median(results.Zip(others, (result, other) => result.Time / other.Time));
}
