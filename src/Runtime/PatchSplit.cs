namespace PbnRewriter.Runtime;

/// <summary>
/// What one training forward decides before it looks at a value: where the maps are cut, and how much say a patch's own
/// statistics have beside the accumulated ones.
/// </summary>
/// <param name="Cuts">The patches.</param>
/// <param name="OwnWeight">The weight of a patch's own statistics, 0 to 1, where nothing is selected.</param>
/// <param name="Selected">
/// Whether a patch takes its own statistics alone or the accumulated ones alone, shape (C, R, K); null where both are
/// blended.
/// </param>
internal sealed record PatchSplit(PatchCuts Cuts, double OwnWeight, bool[]? Selected)
{
    /// <summary>The weight of a patch's own statistics, 0 to 1.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="patch">The number of the patch, row by row.</param>
    public double OwnWeightOf(int channel, int patch) =>
        Selected is null ? OwnWeight : Selected[channel * Cuts.Count + patch] ? 1 : 0;
}
