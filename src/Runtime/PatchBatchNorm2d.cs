using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>
/// Patch-aware batch normalization over an input of shape (N, C, H, W); the output has the input's shape and type.
/// </summary>
/// <remarks>
/// <para>
/// In training, the feature maps are cut into the patches of <see cref="grid"/>, and each patch p of each channel is
/// normalized over the batch by its own mean m_p and biased variance v_p, mixed with the running statistics from before
/// the batch; w is <see cref="global_weight"/> and the affine weight and bias are shared by all patches:
/// </para>
/// <code>
/// M_p = w * running_mean + (1 - w) * m_p
/// V_p = w * running_var  + (1 - w) * v_p
/// y   = weight * (x - M_p) / sqrt(V_p + eps) + bias
/// </code>
/// <para>
/// The grid is clamped to the map (at most H rows and W columns), and row r of R covers the positions from
/// floor(r*H/R) to floor((r+1)*H/R), columns likewise; neither side needs to be divisible. The running statistics carry
/// no gradient and are updated once per batch from the moments of the whole batch, with momentum exactly as in
/// <see cref="BatchNorm2d"/>: they are what a BatchNorm2d would hold. Without running statistics w counts as 0.
/// </para>
/// <para>
/// In evaluation, and in all that is saved and loaded, the layer is BatchNorm2d: the same function call, the same keys.
/// Inputs of float16 and bfloat16 are computed in float32, with parameters of float32 or of the input's type.
/// </para>
/// <para>
/// <see cref="PatchStatistics.Selected"/> statistics draw, for each patch of each channel at each batch, the patch's own
/// with probability 1 - w and the running ones else. <see cref="layout"/> tells where maps are cut: evenly, at random, or
/// by the released code's recipe. All draws come from torch's generator for the CPU, on whatever device the module is,
/// so <c>torch.manual_seed</c> makes a run again. In the first <see cref="warmup_batches"/> batches the module trains as
/// BatchNorm2d.
/// </para>
/// <para>
/// Qi, Zhao, Shi, Geng: Patch-aware Batch Normalization for Improving Cross-domain Robustness, arXiv 2304.02848. The
/// weight of 0.5 is the authors' setting.
/// </para>
/// </remarks>
public sealed class PatchBatchNorm2d : BatchNorm
{
    private double _globalWeight;
    private PatchStatistics _statistics;
    private PatchLayout _layout;
    private long _warmupBatches;

    internal PatchBatchNorm2d(
        long num_features,
        double eps,
        double momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype,
        PatchGrid grid,
        double global_weight,
        PatchStatistics statistics,
        PatchLayout layout,
        long warmup_batches)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(PatchBatchNorm2d))
    {
        this.grid = grid;
        this.global_weight = global_weight;
        this.statistics = statistics;
        this.layout = layout;
        this.warmup_batches = warmup_batches;
    }

    /// <summary>
    /// The patches that a feature map is cut into in training. No part of the state_dict. Not looked at where the layout
    /// is <see cref="PatchLayout.Fused"/>.
    /// </summary>
    public PatchGrid grid { get; set; }

    /// <summary>
    /// The weight of the running statistics in a patch's statistics, from 0 (the patch alone) to 1 (the running
    /// statistics alone). No part of the state_dict.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside 0 to 1, or to no number.</exception>
    public double global_weight
    {
        get => _globalWeight;
        set => _globalWeight = PatchBatchNormCheck.GlobalWeight(value);
    }

    /// <summary>
    /// How a patch's own and the running statistics become those that normalize it; always
    /// <see cref="PatchStatistics.Selected"/> where the layout is <see cref="PatchLayout.Fused"/>. No part of the
    /// state_dict.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to no value of the type.</exception>
    public PatchStatistics statistics
    {
        get => _statistics;
        set => _statistics = PatchBatchNormCheck.Defined(value);
    }

    /// <summary>Where feature maps are cut. No part of the state_dict.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to no value of the type.</exception>
    public PatchLayout layout
    {
        get => _layout;
        set => _layout = PatchBatchNormCheck.Defined(value);
    }

    /// <summary>
    /// While num_batches_tracked is below this number, the module trains as BatchNorm2d. No part of the state_dict, which
    /// holds the counter. Of no effect without running statistics.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set below 0.</exception>
    public long warmup_batches
    {
        get => _warmupBatches;
        set => _warmupBatches = PatchBatchNormCheck.WarmupBatches(value);
    }

    /// <summary>Normalizes a batch; in training, updates the running statistics.</summary>
    /// <param name="input">Feature maps of shape (N, C, H, W), contiguous, channels_last or any view.</param>
    /// <returns>A tensor of the input's shape, type and memory format.</returns>
    /// <exception cref="ArgumentException">
    /// The input is not 4-D, or its channel count, type or device does not fit the module; or, in training, a patch
    /// holds fewer than two values per channel.
    /// </exception>
    public override Tensor forward(Tensor input)
    {
        PatchBatchNormCheck.Input(input, num_features, weight, bias, running_mean, running_var);

        // An empty batch has no statistics; what batch normalization makes of it, this layer makes of it.
        if (!training || input.numel() == 0)
        {
            return base.forward(input);
        }

        if (IsWarmingUp())
        {
            pbn.functional.Splits(input, (1, 1), PatchLayout.Even, PatchStatistics.Blended, 1);
            return nn.functional.batch_norm(
                input, running_mean, running_var, weight, bias, training: true, CountBatch(), eps);
        }

        var tracked = running_mean is not null && running_var is not null;
        var splits = pbn.functional.Splits(input, grid, layout, statistics, tracked ? global_weight : 0);
        var running = tracked ? new RunningStatistics(running_mean!, running_var!, CountBatch()) : null;
        return TrainingForward.Apply(input, weight, bias, running, splits, eps);
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input) => PatchBatchNormCheck.Input(input, num_features);

    private bool IsWarmingUp() =>
        warmup_batches > 0 && num_batches_tracked is not null && BatchesTracked() < warmup_batches;

    /// <summary>Counts this batch and returns its weight in the running statistics.</summary>
    private double CountBatch()
    {
        // Held by us: one that is made on the way may be finalized while torch reads it.
        using Scalar one = 1;
        num_batches_tracked?.add_(one, one);
        return momentum ?? (num_batches_tracked is null ? 0 : 1 / BatchesTracked());
    }

    // The counter has the module's own type where one was given, not always Int64.
    private double BatchesTracked()
    {
        using var scope = NewDisposeScope();
        return num_batches_tracked!.to(CPU).to(ScalarType.Float64).item<double>();
    }
}
