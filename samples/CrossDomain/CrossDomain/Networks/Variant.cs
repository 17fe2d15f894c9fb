namespace CrossDomain.Networks;

/// <summary>One way of normalizing that the experiment compares.</summary>
/// <param name="Name">Its name on the command line and in tables.</param>
/// <param name="Rewrite">What pbn-rewrite is asked for; null for the networks as they are written.</param>
/// <param name="WarmUp">Whether the first third of the steps trains as BatchNorm2d does.</param>
/// <param name="Frozen">Whether the network is then normalized by the accumulated statistics alone.</param>
/// <param name="Extra">Whether it takes part only where it is asked for by name.</param>
internal sealed record Variant(string Name, string[]? Rewrite, bool WarmUp = false, bool Frozen = false, bool Extra = false)
{
    /// <summary>All variants. The first is what the others are compared with.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("batchnorm", null),
        new("blended-2x2", ["--grid", "2x2", "--global-weight", "0.5"]),
        new("selected-2x2", ["--grid", "2x2", "--global-weight", "0.5", "--statistics", "selected"]),
        new("fused", ["--layout", "fused", "--statistics", "selected", "--global-weight", "0.5"]),
        new("blended-2x2-w0", ["--grid", "2x2", "--global-weight", "0"]),
        new("blended-1x1", ["--grid", "1x1", "--global-weight", "0.5"]),
        new("frozen", null, WarmUp: true, Frozen: true),
        new("blended-2x2-warm", ["--grid", "2x2", "--global-weight", "0.5"], WarmUp: true),
        new("fused-warm", ["--layout", "fused", "--statistics", "selected", "--global-weight", "0.5"], WarmUp: true),
        new("blended-4x4", ["--grid", "4x4", "--global-weight", "0.5"], Extra: true),
        new("blended-4x4-w0", ["--grid", "4x4", "--global-weight", "0"], Extra: true),
    ];

    public static Variant Baseline => All[0];

    /// <summary>The variants that take part without being named.</summary>
    public static IEnumerable<Variant> ForStart(Start start) => All.Where(variant => !variant.Extra && variant.IsFor(start));

    /// <summary>Whether it tells something of a start: the counters of trained weights are past a warm-up.</summary>
    public bool IsFor(Start start) => start == Start.Scratch || Rewrite is null || !WarmUp;

    /// <summary>How many steps of a run train as BatchNorm2d does.</summary>
    public int WarmUpSteps(Settings settings) => WarmUp && settings.Start == Start.Scratch ? settings.Steps / 3 : 0;
}
