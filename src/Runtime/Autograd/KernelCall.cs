namespace PbnRewriter.Runtime.Autograd;

/// <summary>What a forward has beside tensors, for its backward.</summary>
/// <param name="Kernels">What computes.</param>
/// <param name="Splits">Where the maps are cut, and how statistics mix.</param>
/// <param name="Eps">Added to the variance.</param>
/// <param name="HasWeight">Whether there is a weight.</param>
/// <param name="HasBias">Whether there is a bias.</param>
internal sealed record KernelCall(IKernels Kernels, PatchSplits Splits, double Eps, bool HasWeight, bool HasBias)
{
    /// <summary>Whether what was saved for the backward is gone.</summary>
    public bool IsReleased { get; set; }
}
