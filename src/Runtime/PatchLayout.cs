namespace PbnRewriter.Runtime;

/// <summary>Where feature maps are cut into patches.</summary>
public enum PatchLayout
{
    /// <summary>As evenly as whole positions allow. The default.</summary>
    Even,

    /// <summary>
    /// At cuts drawn anew at every training forward, each around its even place; a patch keeps at least a quarter of an
    /// even share of an axis. An axis is cut into R parts only if it is longer than 2R, else into as many as that allows:
    /// for two parts the cut falls in [L/4, 3L/4) and axes of up to 4 stay whole, as in the authors' released code.
    /// </summary>
    Random,

    /// <summary>
    /// The released code's full recipe, channel fusion: at every training forward two of three splits are drawn (the
    /// whole map; two halves, by rows or columns; four quarters), with random cuts, and each channel takes one of the
    /// two by a fair coin. Statistics are <see cref="PatchStatistics.Selected"/> and the grid is not looked at. Unlike
    /// the released code, which updates the running statistics patch by patch, they are updated once a forward.
    /// </summary>
    Fused,
}
