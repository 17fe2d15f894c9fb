using System.Globalization;
using CrossDomain.Data;
using CrossDomain.Training;
using CsvHelper;
using CsvHelper.Configuration.Attributes;

namespace CrossDomain.Results;

/// <summary>A finished run.</summary>
internal sealed record Run(Phase Phase, string Variant, double LearningRate, int Seed, JobResult Result)
{
    public (Phase Phase, string Variant, double LearningRate, int Seed) Key => (Phase, Variant, LearningRate, Seed);
}

/// <summary>The runs of an experiment, in a file that has a row for each run and domain.</summary>
/// <param name="path">The file, <c>runs.csv</c>.</param>
internal sealed class RunFile(string path)
{
    /// <summary>The runs that were finished when the program was last stopped.</summary>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public List<Run> Read(Settings settings)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        // A stop in the middle of a row leaves it without its end, and perhaps its number without its last digits.
        var text = File.ReadAllText(path);
        text = text[..(text.LastIndexOf('\n') + 1)];
        if (text.Length == 0)
        {
            return [];
        }

        try
        {
            using var reader = new CsvReader(new StringReader(text), CultureInfo.InvariantCulture);
            return [.. reader.GetRecords<Row>()
                .GroupBy(row => (row.Phase, row.Variant, row.LearningRate, row.Seed))
                .Select(rows => new Run(
                    rows.Key.Phase,
                    rows.Key.Variant,
                    rows.Key.LearningRate,
                    rows.Key.Seed,
                    new JobResult(rows.First().Loss, rows.First().Seconds, rows.ToDictionary(row => row.Domain, row => row.Accuracy))))
                .Where(run => run.Result.Accuracies.Count == settings.Sources.Count + (run.Phase == Phase.Final ? settings.HeldOut.Count : 0))];
        }
        catch (Exception error) when (error is CsvHelperException or ArgumentException)
        {
            throw new InputException($"{path} does not hold the runs of an experiment: {error.Message.Split('\n')[0].Trim()} Mend it, or name another --output.");
        }
    }

    /// <summary>Writes the file anew: without what a stop left half written.</summary>
    public void Write(IEnumerable<Run> runs, Settings settings)
    {
        using (var writer = new CsvWriter(new StreamWriter(path + ".part"), CultureInfo.InvariantCulture))
        {
            writer.WriteHeader<Row>();
            writer.NextRecord();
            foreach (var row in runs.SelectMany(run => Rows(run, settings)))
            {
                writer.WriteRecord(row);
                writer.NextRecord();
            }
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    public void Append(Run run, Settings settings)
    {
        using var writer = new CsvWriter(new StreamWriter(path, append: true), CultureInfo.InvariantCulture);
        foreach (var row in Rows(run, settings))
        {
            writer.WriteRecord(row);
            writer.NextRecord();
        }
    }

    private static IEnumerable<Row> Rows(Run run, Settings settings) => run.Result.Accuracies.Select(each => new Row
    {
        Phase = run.Phase,
        Variant = run.Variant,
        LearningRate = run.LearningRate,
        Seed = run.Seed,
        Loss = run.Result.Loss,
        Seconds = Math.Round(run.Result.Seconds, 2),
        Domain = each.Key,
        Role = settings.Sources.Contains(each.Key, StringComparer.Ordinal) ? "source" : "held-out",
        Accuracy = Math.Round(each.Value, 6),
    });

    private sealed class Row
    {
        [Name("phase")]
        public Phase Phase { get; init; }

        [Name("variant")]
        public required string Variant { get; init; }

        [Name("learning_rate")]
        public double LearningRate { get; init; }

        [Name("seed")]
        public int Seed { get; init; }

        [Name("loss")]
        public double? Loss { get; init; }

        [Name("seconds")]
        public double Seconds { get; init; }

        [Name("domain")]
        public required string Domain { get; init; }

        [Name("role")]
        public required string Role { get; init; }

        [Name("accuracy")]
        public double Accuracy { get; init; }
    }
}
