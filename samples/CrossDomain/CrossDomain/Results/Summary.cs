using CrossDomain.Data;

namespace CrossDomain.Results;

/// <summary>The mean and the standard deviation, with n - 1, of some numbers.</summary>
internal readonly record struct Spread(double Mean, double Deviation)
{
    public static Spread Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new(mean, values.Count < 2 ? double.NaN : Math.Sqrt(values.Sum(each => (each - mean) * (each - mean)) / (values.Count - 1)));
    }
}

/// <summary>Accuracies of one variant, as shares from 0 to 1, and how they differ from the baseline's over the same seeds.</summary>
/// <param name="Accuracy">Over the seeds.</param>
/// <param name="Difference">From the baseline; null for the baseline itself.</param>
/// <param name="P">The p-value of the difference, corrected; NaN where there is none.</param>
internal sealed record Comparison(Spread Accuracy, PairedDifference? Difference, double P);

/// <summary>What the runs of one variant say.</summary>
/// <param name="Name">The variant.</param>
/// <param name="LearningRate">The learning rate that its development runs chose.</param>
/// <param name="AtEdge">Whether that is the lowest or the highest that there was to choose.</param>
/// <param name="InDomain">The mean over the source domains.</param>
/// <param name="HeldOut">The mean over the held-out domains; p is corrected for the number of variants.</param>
/// <param name="ByDomain">Each held-out domain; p is corrected for the number of variants and domains.</param>
/// <param name="Collapsed">How many runs did not learn: a loss that is not finite, or an accuracy in domain below one and a half times chance.</param>
internal sealed record VariantSummary(
    string Name,
    double LearningRate,
    bool AtEdge,
    Comparison InDomain,
    Comparison HeldOut,
    IReadOnlyDictionary<string, Comparison> ByDomain,
    int Collapsed);

/// <summary>What an experiment says.</summary>
/// <param name="Settings">What was asked.</param>
/// <param name="Seeds">Of the seeds that were asked for, those for which every variant has a run.</param>
/// <param name="Variants">The baseline first.</param>
internal sealed record Summary(Settings Settings, IReadOnlyList<int> Seeds, IReadOnlyList<VariantSummary> Variants)
{
    /// <exception cref="InputException">There is no seed for which every variant has a final run.</exception>
    public static Summary Of(Settings settings, IEnumerable<Run> runs)
    {
        var final = runs.Where(run => run.Phase == Phase.Final && run.Seed <= settings.Seeds).ToLookup(run => run.Variant, StringComparer.Ordinal);
        var seeds = settings.Variants
            .Select(variant => final[variant].Select(run => run.Seed))
            .Aggregate((all, some) => all.Intersect(some))
            .Order()
            .ToArray();
        if (seeds.Length == 0)
        {
            throw new InputException("There is no seed yet for which every variant has a final run.");
        }

        var bySeed = settings.Variants.ToDictionary(
            variant => variant,
            variant => seeds.Select(seed => final[variant].Last(run => run.Seed == seed)).ToArray(),
            StringComparer.Ordinal);
        var inDomain = Compared(settings, bySeed, [run => Mean(run, settings.Sources)]);
        var heldOut = Compared(settings, bySeed, [run => Mean(run, settings.HeldOut)]);
        var byDomain = Compared(settings, bySeed, [.. settings.HeldOut.Select(domain => (Func<Run, double>)(run => run.Result.Accuracies[domain]))]);
        return new Summary(settings, seeds, [.. settings.Variants.Select(variant => new VariantSummary(
            variant,
            bySeed[variant][0].LearningRate,
            settings.LearningRates.Count > 1 && (bySeed[variant][0].LearningRate == settings.LearningRates[0] || bySeed[variant][0].LearningRate == settings.LearningRates[^1]),
            inDomain[variant][0],
            heldOut[variant][0],
            settings.HeldOut.Zip(byDomain[variant]).ToDictionary(each => each.First, each => each.Second, StringComparer.Ordinal),
            bySeed[variant].Count(run => run.Result.Loss is null || Mean(run, settings.Sources) < 1.5 / settings.Classes.Count)))]);
    }

    private static double Mean(Run run, IReadOnlyList<string> domains) => domains.Average(domain => run.Result.Accuracies[domain]);

    /// <summary>Some measures of each variant beside the baseline's, with p-values corrected over variants and measures.</summary>
    private static Dictionary<string, Comparison[]> Compared(Settings settings, Dictionary<string, Run[]> runs, Func<Run, double>[] measures)
    {
        var baseline = settings.Variants[0];
        var values = settings.Variants.ToDictionary(
            variant => variant,
            variant => measures.Select(measure => runs[variant].Select(measure).ToArray()).ToArray(),
            StringComparer.Ordinal);
        var differences = settings.Variants.Skip(1)
            .SelectMany(variant => values[variant].Zip(values[baseline], PairedDifference.Of))
            .ToArray();
        var corrected = PairedDifference.Corrected([.. differences.Select(each => each.P)]);
        var next = 0;
        return settings.Variants.ToDictionary(
            variant => variant,
            variant => values[variant].Select(accuracies => variant == baseline
                ? new Comparison(Spread.Of(accuracies), null, double.NaN)
                : new Comparison(Spread.Of(accuracies), differences[next], corrected[next++])).ToArray(),
            StringComparer.Ordinal);
    }
}
