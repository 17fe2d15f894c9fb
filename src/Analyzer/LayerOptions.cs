using System.Globalization;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter;

/// <summary>
/// What a rewritten site constructs: the arguments of <c>pbn.PatchBatchNorm2d</c> that BatchNorm2d does not have. A null
/// value is one that was not asked for here; see <see cref="Or"/>.
/// </summary>
/// <param name="Grid">Rows and columns of patches, each at least 1.</param>
/// <param name="GlobalWeight">The weight of the accumulated statistics, 0 to 1.</param>
/// <param name="Statistics">How statistics mix, one of <see cref="StatisticsNames"/>.</param>
/// <param name="Layout">Where the cuts between patches lie, one of <see cref="LayoutNames"/>.</param>
/// <param name="WarmupBatches">How many batches are normalized as BatchNorm2d does first, at least 0.</param>
public sealed record LayerOptions(
    (int Rows, int Columns)? Grid = null,
    double? GlobalWeight = null,
    string? Statistics = null,
    string? Layout = null,
    long? WarmupBatches = null)
{
    /// <summary>The .editorconfig key of the grid, in the form <c>RxC</c>.</summary>
    public const string GridKey = "PBN0001.grid";

    /// <summary>The .editorconfig key of the weight of the accumulated statistics, 0 to 1.</summary>
    public const string GlobalWeightKey = "PBN0001.global_weight";

    /// <summary>The .editorconfig key of how statistics mix.</summary>
    public const string StatisticsKey = "PBN0001.statistics";

    /// <summary>The .editorconfig key of the layout.</summary>
    public const string LayoutKey = "PBN0001.layout";

    /// <summary>The .editorconfig key of the number of warm-up batches.</summary>
    public const string WarmupBatchesKey = "PBN0001.warmup_batches";

    /// <summary>The ways to mix statistics, as the runtime's enumeration <c>PatchStatistics</c> names them.</summary>
    public static IReadOnlyList<string> StatisticsNames { get; } = ["Blended", "Selected"];

    /// <summary>The layouts, as the runtime's enumeration <c>PatchLayout</c> names them.</summary>
    public static IReadOnlyList<string> LayoutNames { get; } = ["Even", "Random", "Fused"];

    /// <summary>
    /// What is constructed where nothing else was asked for: a 2x2 grid, and the defaults of <c>pbn.PatchBatchNorm2d</c>.
    /// </summary>
    public static LayerOptions Default { get; } = new((2, 2), 0.5, "Blended", "Even", 0);

    /// <summary>Reads the options that .editorconfig holds for one file. A value that cannot be read counts as absent.</summary>
    public static LayerOptions Read(AnalyzerConfigOptions config)
    {
        if (config is null)
        {
            throw new ArgumentNullException(nameof(config));
        }

        return new LayerOptions(
            PatchGridText.TryParse(Text(GridKey), out var rows, out var columns) ? (rows, columns) : null,
            TryParseGlobalWeight(Text(GlobalWeightKey), out var globalWeight) ? globalWeight : null,
            NameIn(StatisticsNames, Text(StatisticsKey)),
            NameIn(LayoutNames, Text(LayoutKey)),
            TryParseWarmupBatches(Text(WarmupBatchesKey), out var warmupBatches) ? warmupBatches : null);

        string? Text(string key) => config.TryGetValue(key, out var text) ? text : null;
    }

    /// <summary>Reads a weight of the accumulated statistics; false where the text is no number from 0 to 1.</summary>
    public static bool TryParseGlobalWeight(string? text, out double globalWeight) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out globalWeight) && globalWeight is >= 0 and <= 1;

    /// <summary>Reads a number of warm-up batches; false where the text is no whole number of at least 0.</summary>
    public static bool TryParseWarmupBatches(string? text, out long warmupBatches) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out warmupBatches) && warmupBatches >= 0;

    /// <summary>The name that a text is, in any case, among names; else null.</summary>
    public static string? NameIn(IReadOnlyList<string> names, string? text) =>
        names.FirstOrDefault(name => string.Equals(name, text?.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>These options, with those of <paramref name="fallback"/> where these are null.</summary>
    public LayerOptions Or(LayerOptions fallback)
    {
        if (fallback is null)
        {
            throw new ArgumentNullException(nameof(fallback));
        }

        return new LayerOptions(
            Grid ?? fallback.Grid,
            GlobalWeight ?? fallback.GlobalWeight,
            Statistics ?? fallback.Statistics,
            Layout ?? fallback.Layout,
            WarmupBatches ?? fallback.WarmupBatches);
    }
}
