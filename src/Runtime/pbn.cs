using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>Patch-aware batch normalization, made the way <c>torch.nn</c> makes its modules.</summary>
public static partial class pbn
{
    private static readonly PatchGrid s_defaultGrid = (2, 2);

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
    /// <param name="statistics">How a patch's own and the running statistics become those that normalize it.</param>
    /// <param name="layout">Where feature maps are cut.</param>
    /// <param name="warmup_batches">
    /// The number of batches, at least 0, that the module trains as BatchNorm2d first. A network that starts from
    /// pretrained statistics has counted its batches and is past them; one that is trained from scratch gets statistics
    /// worth mixing in.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="global_weight"/> is outside 0 to 1, <paramref name="warmup_batches"/> is below 0, or
    /// <paramref name="statistics"/> or <paramref name="layout"/> is no value of its type.
    /// </exception>
    public static PatchBatchNorm2d PatchBatchNorm2d(
        long num_features,
        double eps = 1e-5,
        double momentum = 0.1,
        bool affine = true,
        bool track_running_stats = true,
        Device? device = null,
        ScalarType? dtype = null,
        PatchGrid? grid = null,
        double global_weight = 0.5,
        PatchStatistics statistics = PatchStatistics.Blended,
        PatchLayout layout = PatchLayout.Even,
        long warmup_batches = 0) =>
        new(
            num_features,
            eps,
            momentum,
            affine,
            track_running_stats,
            device,
            dtype,
            grid ?? s_defaultGrid,
            global_weight,
            statistics,
            layout,
            warmup_batches);

    /// <summary>
    /// Replaces each <c>BatchNorm2d</c> of a model by a <see cref="Runtime.PatchBatchNorm2d"/> with its parameters,
    /// buffers and mode: for models whose source is not at hand. Keeps every key of the state_dict. Convert before the
    /// parameters go to an optimizer: the replaced modules are disposed.
    /// </summary>
    /// <remarks>
    /// Replaces modules in fields, registrations and containers (Sequential, ModuleList, ModuleDict, arrays, lists,
    /// dictionaries) of the model's modules, where these can hold the new type. Hooks are not carried over.
    /// </remarks>
    /// <param name="module">The model; or a BatchNorm2d, which cannot be changed in place: use what is returned.</param>
    /// <param name="grid">The patches that a feature map is cut into; 2x2 if null.</param>
    /// <param name="global_weight">The weight of the running statistics in a patch's statistics, 0 to 1.</param>
    /// <param name="filter">Which to replace, given the path as in <c>named_modules</c>; all if null.</param>
    /// <returns>The model; or what took its place.</returns>
    /// <exception cref="InvalidOperationException">
    /// Something holds a BatchNorm2d that cannot hold its replacement; the message names each by its path. Nothing was
    /// changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="global_weight"/> is outside 0 to 1.</exception>
    public static nn.Module convert_patch_batchnorm(
        nn.Module module,
        PatchGrid? grid = null,
        double global_weight = 0.5,
        Func<string, BatchNorm2d, bool>? filter = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        PatchBatchNormCheck.GlobalWeight(global_weight);
        return ModuleConversion.Replace<BatchNorm2d, PatchBatchNorm2d>(module, filter ?? ((_, _) => true), norm =>
            ModuleConversion.CopyState(norm, PatchBatchNorm2d(
                norm.num_features,
                norm.eps,
                affine: norm.affine,
                track_running_stats: norm.track_running_stats,
                grid: grid,
                global_weight: global_weight)));
    }

    /// <summary>
    /// Replaces each <see cref="Runtime.PatchBatchNorm2d"/> of a model by a <c>BatchNorm2d</c> with its parameters,
    /// buffers and mode: the way back of <see cref="convert_patch_batchnorm"/>, by the same rules.
    /// </summary>
    /// <param name="module">The model; or a PatchBatchNorm2d, which cannot be changed in place.</param>
    /// <returns>The model; or what took its place.</returns>
    /// <exception cref="InvalidOperationException">
    /// Something holds a PatchBatchNorm2d that cannot hold its replacement; the message names each by its path. Nothing
    /// was changed.
    /// </exception>
    public static nn.Module revert_patch_batchnorm(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return ModuleConversion.Replace<PatchBatchNorm2d, BatchNorm2d>(module, (_, _) => true, norm =>
            ModuleConversion.CopyState(norm, nn.BatchNorm2d(
                norm.num_features,
                norm.eps,
                affine: norm.affine,
                track_running_stats: norm.track_running_stats)));
    }
}
