using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848), composed of torch operations: it
/// runs on every device, and autograd differentiates it.
/// </summary>
internal static class PatchBatchNormFunction
{
    /// <summary>Normalizes each patch and, where there are running statistics, takes the batch in.</summary>
    /// <param name="input">Feature maps, shape (N, C, H, W), at least two values a channel in each patch.</param>
    /// <param name="weight">Affine weight, shape (C), or null for 1.</param>
    /// <param name="bias">Affine bias, shape (C), or null for 0.</param>
    /// <param name="running">The running statistics, or null if there are none; updated.</param>
    /// <param name="patches">Where the maps are cut.</param>
    /// <param name="globalWeight">The weight of the running statistics from before this batch, 0 to 1.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>A tensor of the input's shape, type and memory format.</returns>
    public static Tensor Apply(
        Tensor input,
        Tensor? weight,
        Tensor? bias,
        RunningStatistics? running,
        PatchCuts patches,
        double globalWeight,
        double eps)
    {
        using var scope = NewDisposeScope();
        var dtype = input.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var x = NormalizedLayout.Of(input).to(dtype);
        var areas = patches.Areas(dtype, x.device);
        var counts = areas * x.shape[0];

        // Moments around a nearby constant do not cancel where the mean is large beside the deviation. Any constant
        // gives the same moments and gradients, so it carries none itself.
        var origin = Origin(x, patches, areas);
        var offset = x - patches.Spread(origin);
        var offsetMean = patches.Sum(offset.sum([0])) / counts;
        var variance = (patches.Sum(offset.square().sum([0])) / counts - offsetMean.square()).clamp_min(0);

        var center = offsetMean;
        var spread = variance;
        if (running is not null)
        {
            center = Blend(PerChannel(running.Mean, dtype) - origin, offsetMean, globalWeight);
            spread = Blend(PerChannel(running.Variance, dtype), variance, globalWeight);
        }

        var scale = (spread + eps).rsqrt();
        if (weight is not null)
        {
            scale = scale * PerChannel(weight, dtype);
        }

        var shift = -center * scale;
        if (bias is not null)
        {
            shift = shift + PerChannel(bias, dtype);
        }

        var output = addcmul(patches.Spread(shift), offset, patches.Spread(scale), 1);

        // Only now: the mix above may be a view of the running statistics.
        if (running is not null)
        {
            Accumulate(running, origin + offsetMean, variance, counts);
        }

        return NormalizedLayout.Match(output, x).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>A constant near the mean of each patch, shape (C, R, K); 0 where the mean is not finite.</summary>
    private static Tensor Origin(Tensor x, PatchCuts patches, Tensor areas)
    {
        using var noGradient = no_grad();
        return (patches.Sum(x.mean([0])) / areas).nan_to_num(0, 0, 0);
    }

    /// <summary>The mix, in which a side of no weight has no say even where it is not finite.</summary>
    private static Tensor Blend(Tensor accumulated, Tensor ofPatch, double globalWeight) => globalWeight switch
    {
        0 => ofPatch,
        1 => accumulated.expand_as(ofPatch),
        _ => accumulated * globalWeight + ofPatch * (1 - globalWeight),
    };

    /// <summary>Puts the moments of the patches together into those of the batch.</summary>
    private static void Accumulate(RunningStatistics running, Tensor means, Tensor variances, Tensor counts)
    {
        using var noGradient = no_grad();
        var count = counts.sum();
        var mean = (means * counts).sum([1, 2], keepdim: true) / count;
        var squares = ((variances + (means - mean).square()) * counts).sum([1, 2]);
        running.Accumulate(mean.flatten(), squares / (count - 1));
    }

    private static Tensor PerChannel(Tensor values, ScalarType dtype) => values.to(dtype).view(-1, 1, 1);
}
