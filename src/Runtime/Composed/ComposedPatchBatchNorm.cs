using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Composed;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848), composed of torch operations: it
/// runs on every device, and autograd differentiates it, more than once too.
/// </summary>
/// <remarks>
/// Numbers that torch's operations take are held as <see cref="Scalar"/>: one that is made on the way may be
/// finalized while torch reads it (TorchSharp 0.107).
/// </remarks>
internal static class ComposedPatchBatchNorm
{
    /// <summary>Does what <see cref="TrainingForward.Apply"/> asks for, on any device.</summary>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps)
    {
        using var scope = NewDisposeScope();
        var x = NormalizedLayout.Of(input).to(TrainingForward.TypeOf(input));
        var output = Normalize(x, weight, bias, running?.Mean, running?.Variance, splits, eps, out var moments);

        // Only now: the mix may be a view of the running statistics.
        if (running is not null)
        {
            Accumulate(running, moments, x.shape[0] * x.shape[2] * x.shape[3]);
        }

        return NormalizedLayout.Match(output, x).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Normalizes each patch.</summary>
    /// <param name="x">Feature maps, shape (N, C, H, W), of the type to compute in.</param>
    /// <param name="weight">Affine weight, shape (C), or null for 1.</param>
    /// <param name="bias">Affine bias, shape (C), or null for 0.</param>
    /// <param name="accumulatedMean">The running mean, shape (C), or null if there is none.</param>
    /// <param name="accumulatedVariance">The running variance, shape (C), or null if there is none.</param>
    /// <param name="splits">Where the maps are cut, and how statistics mix.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="moments">The moments of the patches of the first split.</param>
    public static Tensor Normalize(
        Tensor x,
        Tensor? weight,
        Tensor? bias,
        Tensor? accumulatedMean,
        Tensor? accumulatedVariance,
        PatchSplits splits,
        double eps,
        out PatchMoments moments)
    {
        var output = OfSplit(splits.First, out moments);
        if (splits.Second is null)
        {
            return output;
        }

        var takesSecond = tensor(splits.TakesSecond!, device: x.device).view(1, -1, 1, 1);
        return where(takesSecond, OfSplit(splits.Second, out _), output);

        Tensor OfSplit(PatchSplit split, out PatchMoments ofPatches)
        {
            var map = new PatchMap(split.Cuts);
            ofPatches = PatchMoments.Of(x, map, out var offset);
            var center = ofPatches.Offset;
            var spread = ofPatches.Variance;
            if (accumulatedMean is not null && accumulatedVariance is not null)
            {
                center = Mix(split, PerChannel(accumulatedMean, x.dtype) - ofPatches.Origin, center);
                spread = Mix(split, PerChannel(accumulatedVariance, x.dtype), spread);
            }

            using Scalar epsilon = eps;
            var scale = (spread + epsilon).rsqrt();
            if (weight is not null)
            {
                scale = scale * PerChannel(weight, x.dtype);
            }

            var shift = -center * scale;
            if (bias is not null)
            {
                shift = shift + PerChannel(bias, x.dtype);
            }

            using Scalar once = 1;
            return addcmul(map.Spread(shift), offset, map.Spread(scale), once);
        }
    }

    /// <summary>The mix, in which a side of no weight has no say even where it is not finite.</summary>
    private static Tensor Mix(PatchSplit split, Tensor accumulated, Tensor own)
    {
        if (split.Selected is not null)
        {
            return where(tensor(split.Selected, device: own.device).view_as(own), own, accumulated);
        }

        using Scalar share = split.OwnWeight;
        using Scalar rest = 1 - split.OwnWeight;
        return split.OwnWeight switch
        {
            0 => accumulated.expand_as(own),
            1 => own,
            _ => accumulated * rest + own * share,
        };
    }

    /// <summary>Puts the moments of the patches together into those of the batch.</summary>
    private static void Accumulate(RunningStatistics running, PatchMoments moments, long count)
    {
        using var noGradient = no_grad();
        var means = moments.Origin + moments.Offset;
        using Scalar all = count;
        using Scalar allButOne = count - 1;
        var mean = (means * moments.Counts).sum([1, 2], keepdim: true) / all;
        var squares = ((moments.Variance + (means - mean).square()) * moments.Counts).sum([1, 2]);
        running.Accumulate(mean.flatten(), squares / allButOne);
    }

    private static Tensor PerChannel(Tensor values, ScalarType dtype) => values.to(dtype).view(-1, 1, 1);
}
