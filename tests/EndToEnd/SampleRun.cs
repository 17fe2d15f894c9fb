using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>
/// One passage of the samples through the built tool, which the tests look at: they are built and run, rewritten, built
/// and run again, rewritten once more, and taken back. All are in one solution, since each start of a compiler or of the
/// tool costs more than a sample does.
/// </summary>
public sealed partial class SampleRun : IAsyncLifetime
{
    internal const int Steps = 3;

    private const string Solution = "Samples.slnx";
    private static readonly string[] Rewriting = ["--grid", "2x2", "--no-restore", "--reference", "project=" + Repository.RuntimeProject];

    private readonly SolutionCopy copy = SolutionCopy.OfSamples(Sample.All.Select(sample => sample.Name).Distinct());
    private readonly ConcurrentDictionary<Sample, SamplePassage.Print> trained = [];
    private readonly ConcurrentDictionary<Sample, SamplePassage> passages = [];

    /// <summary>What the builds print before the rewrite and after it.</summary>
    internal string[] BuildBefore { get; private set; } = null!;

    internal string[] BuildAfter { get; private set; } = null!;

    /// <summary>The diff of the solution of the first sample, shown before the rewrite.</summary>
    internal Command Diff { get; private set; } = null!;

    /// <summary>The files, by path, before the rewrite, after the diff, after the rewrite, after the second one and after the way back.</summary>
    internal IReadOnlyDictionary<string, byte[]> Before { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> AfterDiff { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> After { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> AfterSecond { get; private set; } = null!;

    internal IReadOnlyDictionary<string, byte[]> Reverted { get; private set; } = null!;

    internal SamplePassage Of(Sample sample) => passages[sample];

    public async Task InitializeAsync()
    {
        var projects = Sample.All.Select(sample => sample.Name).Distinct().SelectMany(ProjectsOf);
        await File.WriteAllLinesAsync(
            Path.Combine(copy.Folder, Solution), ["<Solution>", .. projects.Select(path => $"""  <Project Path="{path}" />"""), "</Solution>"]);

        Before = copy.Files();
        BuildBefore = await BuildAsync();
        await ForEachSampleAsync(async sample =>
            trained[sample] = await RunAsync(sample, $"--steps {Steps} --keys --evaluate --save {Checkpoint(sample)}"));
        Diff = await Command.DotnetAsync(Path.Combine(copy.Folder, Sample.All[0].Name), [Repository.Tool, $"{Sample.All[0].Name}.sln", "--diff", .. Rewriting]);
        AfterDiff = copy.Files();

        await RewriteAsync();
        After = copy.Files();
        BuildAfter = await BuildAsync();
        await ForEachSampleAsync(async sample => passages[sample] = new SamplePassage(
            trained[sample],
            Loaded: await RunAsync(sample, $"--steps 0 --keys --evaluate --load {Checkpoint(sample)}"),
            Retrained: await RunAsync(sample, $"--steps {Steps}"),
            Foreign: await Command.DotnetAsync(copy.Folder, Arguments(sample, $"--steps 0 --load {Checkpoint(Sample.All.First(other => other.Name != sample.Name))}"))));

        await RewriteAsync();
        AfterSecond = copy.Files();
        await Command.LinesAsync(copy.Folder, Repository.Tool, Solution, "--revert");
        Reverted = copy.Files();
    }

    public Task DisposeAsync()
    {
        copy.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The projects that a sample's own solution names, from the folder of all.</summary>
    private IEnumerable<string> ProjectsOf(string name) =>
        ProjectPath().Matches(File.ReadAllText(Path.Combine(copy.Folder, name, $"{name}.sln"))).Select(match => $"{name}/{match.Value.Replace('\\', '/')}");

    /// <summary>Two at a time, each with one thread of torch: threads that wait for each other cost more than the work.</summary>
    private static Task ForEachSampleAsync(Func<Sample, Task> action) =>
        Parallel.ForEachAsync(Sample.All, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (sample, _) => await action(sample));

    /// <summary>In a folder that <see cref="SolutionCopy.Files"/> leaves out.</summary>
    private string Checkpoint(Sample sample) => Path.Combine(copy.Folder, sample.Name, $"{sample.Name}.Train", "bin", $"{Sample.All.ToList().IndexOf(sample)}.bin");

    /// <summary>Links in place of copies: a sample's output folder has 480 MB of libtorch.</summary>
    private Task<string[]> BuildAsync() => Command.LinesAsync(
        copy.Folder, "build", Solution, "--nologo", "-v", "quiet", "-tl:off", "-nodeReuse:false", "-p:CreateSymbolicLinksForCopyLocalIfPossible=true");

    private Task<string[]> RewriteAsync() => Command.LinesAsync(copy.Folder, [Repository.Tool, Solution, .. Rewriting]);

    private async Task<SamplePassage.Print> RunAsync(Sample sample, string options) =>
        new(await Command.LinesAsync(copy.Folder, Arguments(sample, options)));

    private static string[] Arguments(Sample sample, string options) => [sample.Program, .. sample.Arguments.Split(' '), .. options.Split(' ')];

    [GeneratedRegex(@"(?<="")[^""]+\.csproj(?="")")]
    private static partial Regex ProjectPath();
}
