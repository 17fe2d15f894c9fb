namespace PbnRewriter.Runtime;

/// <summary>How a patch's own statistics and the accumulated ones become those that it is normalized by.</summary>
public enum PatchStatistics
{
    /// <summary>A weighted mean of both, the same weight for all (arXiv 2304.02848). The default.</summary>
    Blended,

    /// <summary>
    /// One of the two for each patch of each channel, drawn anew at every training forward; the weight is the
    /// probability of the accumulated ones. What the authors' released code does.
    /// </summary>
    Selected,
}
