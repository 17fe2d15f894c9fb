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
    /// <summary>The ways to mix statistics, as the runtime's enumeration <c>PatchStatistics</c> names them.</summary>
    public static IReadOnlyList<string> StatisticsNames { get; } = ["Blended", "Selected"];

    /// <summary>The layouts, as the runtime's enumeration <c>PatchLayout</c> names them.</summary>
    public static IReadOnlyList<string> LayoutNames { get; } = ["Even", "Random", "Fused"];

    /// <summary>
    /// What is constructed where nothing else was asked for: a 2x2 grid, and the defaults of <c>pbn.PatchBatchNorm2d</c>.
    /// </summary>
    public static LayerOptions Default { get; } = new((2, 2), 0.5, "Blended", "Even", 0);

    /// <summary>
    /// Reads the options that .editorconfig holds for one file. A value that cannot be read counts as absent here; see
    /// <see cref="LayerOption.Unreadable"/>.
    /// </summary>
    public static LayerOptions Read(AnalyzerConfigOptions config)
    {
        if (config is null)
        {
            throw new ArgumentNullException(nameof(config));
        }

        return LayerOption.All.Aggregate(new LayerOptions(), (read, option) =>
            config.TryGetValue(option.Key, out var text) && option.Parse(text) is { } value ? read.Or(value) : read);
    }

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
