using System.Globalization;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>What a sample's program printed.</summary>
/// <param name="Trained">Not rewritten, it trained, wrote a checkpoint and evaluated.</param>
/// <param name="Loaded">Rewritten, it read that checkpoint and evaluated.</param>
/// <param name="Retrained">Rewritten, it trained.</param>
/// <param name="Foreign">It was given another sample's checkpoint.</param>
internal sealed record SamplePassage(SamplePassage.Print Trained, SamplePassage.Print Loaded, SamplePassage.Print Retrained, Command Foreign)
{
    internal sealed record Print(string[] Lines)
    {
        public IReadOnlyList<double> Losses { get; } =
            [.. Lines.Where(IsStep).Select(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))];

        /// <summary>The lines that say nothing of training and files: the model, its keys, its metric and its output.</summary>
        public IReadOnlyList<string> OfTheModel { get; } =
            [.. Lines.Where(line => !IsStep(line) && !line.StartsWith("loaded ", StringComparison.Ordinal) && !line.StartsWith("saved ", StringComparison.Ordinal))];

        private static bool IsStep(string line) => line.StartsWith("step ", StringComparison.Ordinal);
    }
}
