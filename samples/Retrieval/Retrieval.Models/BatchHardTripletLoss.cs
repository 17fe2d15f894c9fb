using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>
/// Triplet loss on the hardest triplets of a batch (Hermans et al., arXiv 1703.07737): for each image the farthest one
/// of the same individual should be nearer than the nearest one of another, by a margin.
/// </summary>
public sealed class BatchHardTripletLoss : Module<Tensor, Tensor, Tensor>
{
    private readonly double margin;

    public BatchHardTripletLoss(double margin = 0.3)
        : base(nameof(BatchHardTripletLoss))
    {
        this.margin = margin;
    }

    /// <param name="features">Of shape (N, D), with two individuals or more, and two images of each or more.</param>
    /// <param name="identities">Of shape (N).</param>
    /// <returns>The mean over the batch.</returns>
    public override Tensor forward(Tensor features, Tensor identities)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor distances = cdist(features, features, compute_mode: compute_mode.donot_use_mm_for_euclid_dist);
        Tensor same = identities.unsqueeze(0) == identities.unsqueeze(1);
        Tensor farthestSame = distances.masked_fill(~same, double.NegativeInfinity).amax(new long[] { 1 });
        Tensor nearestOther = distances.masked_fill(same, double.PositiveInfinity).amin(new long[] { 1 });
        return functional.relu(farthestSame - nearestOther + margin).mean().MoveToOuterDisposeScope();
    }
}
