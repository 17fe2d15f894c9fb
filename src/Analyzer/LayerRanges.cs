using System.Globalization;

namespace PbnRewriter;

/// <summary>What the layer's arguments may be, in words and as a question: the same for options and for code.</summary>
internal static class LayerRanges
{
    /// <summary>What a side of a grid may be.</summary>
    public const string GridSide = "a whole number of at least 1";

    /// <summary>What a weight of the accumulated statistics may be.</summary>
    public const string GlobalWeight = "a number from 0 to 1";

    /// <summary>What a number of warm-up batches may be.</summary>
    public const string WarmupBatches = "a whole number of at least 0";

    /// <summary>Names to choose from.</summary>
    public static string OneOf(IReadOnlyList<string> names) =>
        $"{string.Join(", ", names.Take(names.Count - 1))} or {names[names.Count - 1]}";

    public static bool IsGridSide(long side) => side >= 1;

    public static bool IsGlobalWeight(double weight) => weight is >= 0 and <= 1;

    public static bool IsWarmupBatches(long batches) => batches >= 0;

    public static bool TryParseGlobalWeight(string text, out double weight) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && IsGlobalWeight(weight);

    public static bool TryParseWarmupBatches(string text, out long batches) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out batches) && IsWarmupBatches(batches);
}
