using CrossDomain.Data;
using CrossDomain.Networks;
using CrossDomain.Results;
using CrossDomain.Training;

namespace CrossDomain;

/// <summary>
/// The whole of an experiment, in a folder: builds the variants, trains what they start from, chooses each variant's learning rate
/// on images and seeds of its own, and does the final runs. What is in the folder already is not done again.
/// </summary>
internal sealed class Experiment
{
    /// <summary>The final runs have the seeds below it.</summary>
    public const int FirstDevelopmentSeed = 1001;

    private readonly Settings settings;
    private readonly string folder;
    private readonly WorkerPool pool;
    private readonly Progress progress = new();
    private readonly RunFile file;
    private readonly List<Run> runs;

    /// <param name="settings">What is asked.</param>
    /// <param name="folder">The folder, which <see cref="FolderLock"/> holds.</param>
    /// <param name="workers">How many runs there are at the same time.</param>
    /// <exception cref="InputException">The folder holds another experiment.</exception>
    public Experiment(Settings settings, string folder, int workers)
    {
        // The tool and the builds are started elsewhere.
        folder = Path.GetFullPath(folder);
        (this.settings, this.folder) = (settings, folder);
        pool = new WorkerPool(settings, workers);
        file = new RunFile(Path.Combine(folder, "runs.csv"));
        if (File.Exists(SettingsPath(folder)))
        {
            // More seeds go on where fewer ended.
            var before = ReadSettings(folder) with { Seeds = settings.Seeds };
            if (before.ToJson() != settings.ToJson())
            {
                throw new InputException($"{folder} holds an experiment with other settings; see {SettingsPath(folder)}. Give the same ones to go on with it, or another --output.");
            }
        }
        else if (Directory.EnumerateFileSystemEntries(folder).Any(path => Path.GetFileName(path) != FolderLock.FileName))
        {
            throw new InputException($"{folder} is neither empty nor the folder of an experiment. Give another --output.");
        }

        File.WriteAllText(SettingsPath(folder), settings.ToJson());
        runs = [.. file.Read(settings).Where(run => run.Phase != Phase.Pretraining || File.Exists(Pretrained(run.Seed)))];
        file.Write(runs, settings);
    }

    public static Settings ReadSettings(string folder) => File.Exists(SettingsPath(folder))
        ? Settings.Parse(File.ReadAllText(SettingsPath(folder)), SettingsPath(folder))
        : throw new InputException($"{folder} holds no experiment: there is no {SettingsPath(folder)}.");

    /// <summary>Writes what the runs say as <c>table.md</c> and <c>chart.png</c>.</summary>
    /// <returns>The table.</returns>
    public static string Report(string folder)
    {
        var settings = ReadSettings(folder);
        var summary = Summary.Of(settings, new RunFile(Path.Combine(folder, "runs.csv")).Read(settings));
        var table = Table.Of(summary);
        File.WriteAllText(Path.Combine(folder, "table.md"), table);
        if (summary.Variants.Count > 1)
        {
            Chart.Write(summary, Path.Combine(folder, "chart.png"));
        }

        return table;
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        var libraries = await BuildAsync(cancellation);
        var seeds = Enumerable.Range(1, settings.Seeds).ToArray();
        var developmentSeeds = Enumerable.Range(FirstDevelopmentSeed, settings.DevelopmentSeeds).ToArray();
        var choosing = settings.LearningRates.Count > 1;

        if (settings.Start == Start.Pretrained)
        {
            await RunAsync(
                "pretraining",
                [.. (choosing ? developmentSeeds : []).Concat(seeds)
                    .Select(seed => new Job(Phase.Pretraining, Variant.Baseline.Name, libraries[Variant.Baseline.Name], settings.PretrainingLearningRate, seed, null, null, Pretrained(seed)))],
                cancellation);
        }

        if (choosing)
        {
            await RunAsync(
                "choosing learning rates",
                [.. from seed in developmentSeeds
                    from variant in Variants
                    from rate in settings.LearningRates
                    select JobOf(Phase.Development, variant, rate, seed)],
                cancellation);
        }

        var rates = Variants.ToDictionary(variant => variant, variant => choosing ? Chosen(variant) : settings.LearningRates[0]);
        await RunAsync("final runs", [.. from seed in seeds from variant in Variants select JobOf(Phase.Final, variant, rates[variant], seed)], cancellation);

        Job JobOf(Phase phase, Variant variant, double rate, int seed) => new(
            phase,
            variant.Name,
            libraries[variant.Name],
            rate,
            seed,
            variant.Frozen ? variant.WarmUpSteps(settings) : null,
            settings.Start switch { Start.Scratch => null, Start.Pretrained => Pretrained(seed), _ => settings.Checkpoint },
            null);
    }

    private IEnumerable<Variant> Variants => settings.Variants.Select(name => Variant.All.Single(variant => variant.Name == name));

    private static string SettingsPath(string folder) => Path.Combine(folder, "settings.json");

    private string Pretrained(int seed) => Path.Combine(folder, "pretrained", $"{seed}.bin");

    private async Task<Dictionary<string, string>> BuildAsync(CancellationToken cancellation)
    {
        var builder = new VariantBuilder(Path.Combine(folder, "networks"));
        var libraries = new Dictionary<string, string>(StringComparer.Ordinal);
        await progress.RunAsync("rewriting and building networks", settings.Variants.Count, async done =>
        {
            foreach (var variant in Variants)
            {
                libraries[variant.Name] = await builder.BuildAsync(variant, settings, cancellation);
                done(variant.Name);
            }
        });
        return libraries;
    }

    private async Task RunAsync(string stage, IReadOnlyList<Job> jobs, CancellationToken cancellation)
    {
        var known = runs.Select(run => run.Key).ToHashSet();
        var open = jobs.Where(job => !known.Contains((job.Phase, job.Variant, job.LearningRate, job.Seed))).ToList();
        Directory.CreateDirectory(Path.Combine(folder, "pretrained"));
        await progress.RunAsync(stage, open.Count, done => pool.RunAsync(
            open,
            (job, result) =>
            {
                var run = new Run(job.Phase, job.Variant, job.LearningRate, job.Seed, result);
                runs.Add(run);
                file.Append(run, settings);
                done(Line(run));
            },
            cancellation));
    }

    private string Line(Run run)
    {
        var heldOut = run.Phase == Phase.Final ? $", held out {settings.HeldOut.Average(domain => run.Result.Accuracies[domain]):P1}" : "";
        return FormattableString.Invariant(
            $"{run.Variant}, seed {run.Seed}, rate {run.LearningRate:0.########}: in domain {settings.Sources.Average(domain => run.Result.Accuracies[domain]):P1}{heldOut}");
    }

    /// <summary>The learning rate with the best accuracy on test images of the source domains; of equals the lowest.</summary>
    private double Chosen(Variant variant) => runs
        .Where(run => run.Phase == Phase.Development && run.Variant == variant.Name)
        .GroupBy(run => run.LearningRate)
        .OrderByDescending(group => Math.Round(group.Average(run => settings.Sources.Average(domain => run.Result.Accuracies[domain])), 9))
        .ThenBy(group => group.Key)
        .First().Key;
}
