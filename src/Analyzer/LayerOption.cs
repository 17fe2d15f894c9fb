using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter;

/// <summary>One of the <see cref="LayerOptions"/>: its name in .editorconfig, what it takes, and how that is read.</summary>
/// <param name="Key">The .editorconfig key.</param>
/// <param name="Takes">What a value looks like, for messages that say what was expected.</param>
/// <param name="Default">The value where nothing else was asked for.</param>
/// <param name="Parse">Options with the value that a text is and nothing else; null where the text cannot be read.</param>
/// <param name="ValueIn">The value in options; null where they do not have it.</param>
public sealed record LayerOption(
    string Key, string Takes, string Default, Func<string, LayerOptions?> Parse, Func<LayerOptions, object?> ValueIn)
{
    private const string Prefix = RuleIdentifiers.BatchNormConstruction + ".";

    /// <summary>Rows and columns of patches.</summary>
    public static LayerOption Grid { get; } = new(
        Prefix + "grid",
        PatchGridText.Form,
        "2x2",
        text => PatchGridText.TryParse(text, out var rows, out var columns) ? new LayerOptions(Grid: (rows, columns)) : null,
        options => options.Grid);

    /// <summary>The weight of the accumulated statistics beside a patch's own.</summary>
    public static LayerOption GlobalWeight { get; } = new(
        Prefix + "global_weight",
        LayerRanges.GlobalWeight,
        "0.5",
        text => LayerRanges.TryParseGlobalWeight(text, out var weight) ? new LayerOptions(GlobalWeight: weight) : null,
        options => options.GlobalWeight);

    /// <summary>How a patch's own and the accumulated statistics mix.</summary>
    public static LayerOption Statistics { get; } = new(
        Prefix + "statistics",
        LayerRanges.OneOf(LayerOptions.StatisticsNames).ToLowerInvariant(),
        "blended",
        text => NameIn(LayerOptions.StatisticsNames, text) is { } name ? new LayerOptions(Statistics: name) : null,
        options => options.Statistics);

    /// <summary>Where the cuts between patches lie.</summary>
    public static LayerOption Layout { get; } = new(
        Prefix + "layout",
        LayerRanges.OneOf(LayerOptions.LayoutNames).ToLowerInvariant(),
        "even",
        text => NameIn(LayerOptions.LayoutNames, text) is { } name ? new LayerOptions(Layout: name) : null,
        options => options.Layout);

    /// <summary>How many batches are normalized as BatchNorm2d does first.</summary>
    public static LayerOption WarmupBatches { get; } = new(
        Prefix + "warmup_batches",
        LayerRanges.WarmupBatches,
        "0",
        text => LayerRanges.TryParseWarmupBatches(text, out var batches) ? new LayerOptions(WarmupBatches: batches) : null,
        options => options.WarmupBatches);

    /// <summary>All options.</summary>
    public static IReadOnlyList<LayerOption> All { get; } = [Grid, GlobalWeight, Statistics, Layout, WarmupBatches];

    /// <summary>
    /// What .editorconfig has for a file that cannot be read, each with the message for it: values that are not of their
    /// option's form, and, with no option, names that are none.
    /// </summary>
    public static IEnumerable<(LayerOption? Option, string Message)> Unreadable(AnalyzerConfigOptions config)
    {
        foreach (var option in All)
        {
            if (config.TryGetValue(option.Key, out var text) && option.Parse(text) is null)
            {
                yield return (option, option.Refusal(option.Key, text));
            }
        }

        foreach (var key in config.Keys.Where(key => key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)))
        {
            if (!All.Any(option => string.Equals(option.Key, key, StringComparison.OrdinalIgnoreCase)))
            {
                yield return (null, $"there is no option {key}, only {string.Join(", ", All.Take(All.Count - 1).Select(option => option.Key))} and {All[All.Count - 1].Key}");
            }
        }
    }

    /// <summary>Says that a value cannot be read, and what can.</summary>
    /// <param name="name">What the option is called where the value was given.</param>
    /// <param name="text">The value.</param>
    public string Refusal(string name, string text) => $"{name} takes {Takes}, not '{text}'";

    private static string? NameIn(IReadOnlyList<string> names, string text) =>
        names.FirstOrDefault(name => string.Equals(name, text.Trim(), StringComparison.OrdinalIgnoreCase));
}
