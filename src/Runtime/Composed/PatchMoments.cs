using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Composed;

/// <summary>The moments of each patch over the batch.</summary>
/// <param name="Origin">A constant near the mean of each patch, shape (C, R, K), that carries no gradient.</param>
/// <param name="Offset">The mean relative to it, shape (C, R, K).</param>
/// <param name="Variance">The biased variance, shape (C, R, K).</param>
/// <param name="Counts">The number of values of each patch of a channel, shape (R, K).</param>
internal sealed record PatchMoments(Tensor Origin, Tensor Offset, Tensor Variance, Tensor Counts)
{
    /// <summary>Computes the moments; those around a nearby constant do not cancel where the mean is large.</summary>
    /// <param name="x">Feature maps, shape (N, C, H, W).</param>
    /// <param name="map">The patches.</param>
    /// <param name="offset">The maps relative to the origin of each patch, shape (N, C, H, W).</param>
    public static PatchMoments Of(Tensor x, PatchMap map, out Tensor offset)
    {
        var areas = map.Areas(x.dtype, x.device);
        using Scalar images = x.shape[0];
        using Scalar zero = 0;
        var counts = areas * images;
        Tensor origin;

        // Any constant gives the same moments and gradients, so it carries none itself.
        using (no_grad())
        {
            origin = (map.Sum(x.mean([0])) / areas).nan_to_num(0, 0, 0);
        }

        offset = x - map.Spread(origin);
        var mean = map.Sum(offset.sum([0])) / counts;
        var variance = (map.Sum(offset.square().sum([0])) / counts - mean.square()).clamp_min(zero);
        return new PatchMoments(origin, mean, variance, counts);
    }
}
