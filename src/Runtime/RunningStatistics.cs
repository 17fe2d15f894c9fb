using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>The accumulated statistics of a module, and the weight that the batch at hand has in them.</summary>
/// <param name="Mean">Running mean, shape (C); changed in place by <see cref="Accumulate"/>.</param>
/// <param name="Variance">Running unbiased variance, shape (C); changed in place by <see cref="Accumulate"/>.</param>
/// <param name="BatchWeight">
/// The weight of the batch: momentum, or one over the number of batches for a cumulative average.
/// </param>
internal sealed record RunningStatistics(Tensor Mean, Tensor Variance, double BatchWeight)
{
    /// <summary>
    /// Takes the moments of a batch in. Computed in the moments' type, which may be wider than the buffers'.
    /// </summary>
    /// <param name="mean">Mean of the batch, shape (C).</param>
    /// <param name="unbiasedVariance">Unbiased variance of the batch, shape (C).</param>
    public void Accumulate(Tensor mean, Tensor unbiasedVariance)
    {
        Move(Mean, mean);
        Move(Variance, unbiasedVariance);
    }

    private void Move(Tensor buffer, Tensor batch)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using Scalar share = BatchWeight;
        using Scalar rest = 1 - BatchWeight;
        buffer.copy_(buffer.to(batch.dtype) * rest + batch * share);
    }
}
