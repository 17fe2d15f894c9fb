using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>The three parts of the loss, each a mean over the locations that have an object.</summary>
public static class DetectionLoss
{
    /// <returns>The sum of the parts, a number.</returns>
    public static Tensor Of(Predictions predictions, Targets targets)
    {
        using var scope = NewDisposeScope();
        var hasObject = targets.Labels != Targets.Background;
        var objects = hasObject.sum().clamp_min(1);

        var wanted = targets.Distances[hasObject];
        var centerness = Centerness(wanted);

        var classes = Focal(predictions.Logits, targets.Labels).sum() / objects;
        // Locations in the middle tell more of the box, and it is they whose boxes are kept.
        var boxes = (GeneralizedIou(predictions.Distances[hasObject], wanted) * centerness).sum()
            / centerness.sum().clamp_min(1e-6);
        var centers = functional.binary_cross_entropy_with_logits(
            predictions.Centerness[hasObject], centerness, reduction: Reduction.Sum) / objects;
        return (classes + boxes + centers).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// 1 in the middle of a box, 0 at its sides: <c>sqrt(min(l, r) / max(l, r) * min(t, b) / max(t, b))</c>
    /// (Tian et al., arXiv 1904.01355, equation 3).
    /// </summary>
    /// <param name="distances">(P, 4), from inside of the box.</param>
    public static Tensor Centerness(Tensor distances)
    {
        using var scope = NewDisposeScope();
        var nearSides = distances.narrow(1, 0, 2);
        var farSides = distances.narrow(1, 2, 2);
        var ratios = minimum(nearSides, farSides) / maximum(nearSides, farSides);
        return ratios.prod(1).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Binary cross entropy that counts what is already right little (Lin et al., arXiv 1708.02002, equation 5).
    /// </summary>
    /// <param name="logits">(N, L, classes).</param>
    /// <param name="labels">(N, L).</param>
    /// <returns>(N, L, classes).</returns>
    public static Tensor Focal(Tensor logits, Tensor labels, double alpha = 0.25, double gamma = 2)
    {
        using var scope = NewDisposeScope();
        // No class is at the index of the background, so its rows are zero.
        var target = (labels.unsqueeze(-1) == arange(logits.shape[^1])).to(logits.dtype);
        var loss = functional.binary_cross_entropy_with_logits(logits, target, reduction: Reduction.None);
        var error = (target - logits.sigmoid()).abs();
        var weight = target * alpha + (1 - target) * (1 - alpha);
        return (weight * error.pow(gamma) * loss).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// 1 - GIoU of boxes around the same locations (Rezatofighi et al., arXiv 1902.09630, algorithm 1).
    /// </summary>
    /// <param name="predicted">(P, 4), pixels from a location to the sides of its box.</param>
    /// <param name="wanted">(P, 4).</param>
    /// <returns>(P), 0 to 2.</returns>
    public static Tensor GeneralizedIou(Tensor predicted, Tensor wanted)
    {
        using var scope = NewDisposeScope();
        // Both boxes hold the location, so they overlap, and the nearer sides bound what they share.
        var shared = Area(minimum(predicted, wanted));
        var hull = Area(maximum(predicted, wanted));
        var union = Area(predicted) + Area(wanted) - shared;
        return (1 - shared / union + (hull - union) / hull).MoveToOuterDisposeScope();
    }

    private static Tensor Area(Tensor distances) =>
        (distances.narrow(1, 0, 2) + distances.narrow(1, 2, 2)).prod(1);
}
