using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>Patch-aware batch normalization, made the way <c>torch.nn</c> makes its modules.</summary>
public static class pbn
{
    /// <summary>
    /// Batch normalization that normalizes each patch of the feature maps on its own in training, a drop-in replacement
    /// for <c>torch.nn.BatchNorm2d</c>. See <see cref="Runtime.PatchBatchNorm2d"/> for what it computes.
    /// </summary>
    /// <param name="num_features">C, the number of channels of an input of shape (N, C, H, W).</param>
    /// <param name="eps">Added to the variance before the square root is taken.</param>
    /// <param name="momentum">
    /// The weight of a batch in the running statistics. Setting the module's <c>momentum</c> to null afterwards makes
    /// them a cumulative average, as with BatchNorm2d.
    /// </param>
    /// <param name="affine">
    /// Whether the module has a learnable weight and bias per channel, shared by all patches.
    /// </param>
    /// <param name="track_running_stats">
    /// Whether the module accumulates running statistics. Without them, patches are normalized by their own statistics
    /// alone, and evaluation by those of the whole batch.
    /// </param>
    /// <param name="device">The device of the parameters and buffers.</param>
    /// <param name="dtype">The type of the parameters and of the running statistics.</param>
    /// <param name="grid">The patches that a feature map is cut into; 2x2 if null.</param>
    /// <param name="global_weight">
    /// The weight of the running statistics in a patch's statistics, from 0 (the patch alone) to 1 (the running
    /// statistics alone).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="global_weight"/> is outside 0 to 1.</exception>
    public static PatchBatchNorm2d PatchBatchNorm2d(
        long num_features,
        double eps = 1e-5,
        double momentum = 0.1,
        bool affine = true,
        bool track_running_stats = true,
        Device? device = null,
        ScalarType? dtype = null,
        PatchGrid? grid = null,
        double global_weight = 0.5) =>
        new(num_features, eps, momentum, affine, track_running_stats, device, dtype, grid ?? (2, 2), global_weight);
}
