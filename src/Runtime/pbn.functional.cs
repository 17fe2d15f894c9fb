using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

public static partial class pbn
{
    /// <summary>Patch-aware batch normalization without a module's state, as <c>torch.nn.functional</c> has it.</summary>
    public static class functional
    {
        /// <summary>
        /// Normalizes each patch of the feature maps on its own in training, and as batch_norm does otherwise. See
        /// <see cref="Runtime.PatchBatchNorm2d"/> for the formula.
        /// </summary>
        /// <param name="input">Feature maps of shape (N, C, H, W), contiguous, channels_last or any view.</param>
        /// <param name="running_mean">Running mean, shape (C), updated in training; null if there is none.</param>
        /// <param name="running_var">
        /// Running unbiased variance, shape (C), updated in training; null if there is none. Without running statistics
        /// <paramref name="global_weight"/> counts as 0.
        /// </param>
        /// <param name="weight">Affine weight, shape (C); 1 if null.</param>
        /// <param name="bias">Affine bias, shape (C); 0 if null.</param>
        /// <param name="training">
        /// Whether to normalize by the patches' statistics and to update the running ones; else normalizes by these.
        /// </param>
        /// <param name="momentum">The weight of this batch in the running statistics.</param>
        /// <param name="eps">Added to the variance before the square root is taken.</param>
        /// <param name="grid">The patches that a feature map is cut into; 2x2 if null.</param>
        /// <param name="global_weight">The weight of the running statistics in a patch's statistics, 0 to 1.</param>
        /// <param name="statistics">How a patch's own and the running statistics become those that normalize it.</param>
        /// <param name="layout">Where feature maps are cut.</param>
        /// <returns>A tensor of the input's shape, type and memory format.</returns>
        /// <exception cref="ArgumentException">
        /// The input is not 4-D, or its channel count, type or device does not fit the other tensors; one of the running
        /// statistics is missing, or both are in evaluation; or, in training, a patch holds fewer than two values per
        /// channel.
        /// </exception>
        /// <exception cref="ArgumentOutOfRangeException">
        /// <paramref name="global_weight"/> is outside 0 to 1, or <paramref name="statistics"/> or
        /// <paramref name="layout"/> is no value of its type.
        /// </exception>
        public static Tensor patch_batch_norm(
            Tensor input,
            Tensor? running_mean,
            Tensor? running_var,
            Tensor? weight = null,
            Tensor? bias = null,
            bool training = false,
            double momentum = 0.1,
            double eps = 1e-5,
            PatchGrid? grid = null,
            double global_weight = 0.5,
            PatchStatistics statistics = PatchStatistics.Blended,
            PatchLayout layout = PatchLayout.Even)
        {
            ArgumentNullException.ThrowIfNull(input);
            PatchBatchNormCheck.GlobalWeight(global_weight);
            PatchBatchNormCheck.Defined(statistics);
            PatchBatchNormCheck.Defined(layout);
            PatchBatchNormCheck.RunningStatistics(running_mean, running_var, training);
            PatchBatchNormCheck.Input(input, null, weight, bias, running_mean, running_var);

            // An empty batch has no statistics; what batch normalization makes of it, this makes of it.
            if (!training || input.numel() == 0)
            {
                return nn.functional.batch_norm(
                    input, running_mean, running_var, weight, bias, training, momentum, eps);
            }

            var splits = Splits(
                input, grid ?? s_defaultGrid, layout, statistics, running_mean is null ? 0 : global_weight);
            var running = running_mean is null ? null : new RunningStatistics(running_mean, running_var!, momentum);
            return TrainingForward.Apply(input, weight, bias, running, splits, eps);
        }

        /// <summary>Decides on the splits of a training forward, and refuses those with patches of one value.</summary>
        internal static PatchSplits Splits(
            Tensor input, PatchGrid grid, PatchLayout layout, PatchStatistics statistics, double globalWeight)
        {
            var splits = PatchSplits.Draw(input.shape, grid, layout, statistics, globalWeight);
            PatchBatchNormCheck.Patches(input, splits, layout == PatchLayout.Fused ? "fused layout" : $"grid of {grid}");
            return splits;
        }
    }
}
