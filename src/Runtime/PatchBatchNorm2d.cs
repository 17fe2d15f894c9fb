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
/// Qi, Zhao, Shi, Geng: Patch-aware Batch Normalization for Improving Cross-domain Robustness, arXiv 2304.02848. The
/// weight of 0.5 is the authors' setting.
/// </para>
/// </remarks>
public sealed class PatchBatchNorm2d : BatchNorm
{
    private double _globalWeight;

    internal PatchBatchNorm2d(
        long num_features,
        double eps,
        double momentum,
        bool affine,
        bool track_running_stats,
        Device? device,
        ScalarType? dtype,
        PatchGrid grid,
        double global_weight)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, nameof(PatchBatchNorm2d))
    {
        this.grid = grid;
        this.global_weight = global_weight;
    }

    /// <summary>The patches that a feature map is cut into in training. No part of the state_dict.</summary>
    public PatchGrid grid { get; set; }

    /// <summary>
    /// The weight of the running statistics in a patch's statistics, from 0 (the patch alone) to 1 (the running
    /// statistics alone). No part of the state_dict.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set outside 0 to 1, or to no number.</exception>
    public double global_weight
    {
        get => _globalWeight;
        set => _globalWeight = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(global_weight), value, "The weight of the running statistics lies between 0 and 1.");
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
        // The base class would check the dimensions again, but only on its own path.
        ValidateInputDimensions(input);
        CheckFits(input, weight);
        CheckFits(input, bias);
        CheckFits(input, running_mean);
        CheckFits(input, running_var);

        // An empty batch has no statistics; what batch normalization makes of it, this layer makes of it.
        if (!training || input.numel() == 0)
        {
            return base.forward(input);
        }

        var splits = PatchSplits.Draw(
            input.shape, grid, PatchLayout.Even, PatchStatistics.Blended, running_mean is null ? 0 : global_weight);
        if (splits.SmallestArea * input.shape[0] < 2)
        {
            throw new ArgumentException(
                $"Each patch needs at least two values per channel in training, but an input of shape {Shape(input)} "
                + $"with a grid of {grid} has a patch of one. Use a larger batch or a smaller grid.",
                nameof(input));
        }

        var running = running_mean is { } mean && running_var is { } variance
            ? new RunningStatistics(mean, variance, CountBatch())
            : null;
        return Computation.Apply(input, weight, bias, running, splits, eps);
    }

    /// <inheritdoc/>
    protected override void ValidateInputDimensions(Tensor input)
    {
        if (input.dim() != 4)
        {
            throw new ArgumentException(
                $"Expected a 4-D input of shape (N, {num_features}, H, W), but got {input.dim()}-D {Shape(input)}.",
                nameof(input));
        }

        if (input.shape[1] != num_features)
        {
            throw new ArgumentException(
                $"Expected {num_features} channels, an input of shape (N, {num_features}, H, W), "
                + $"but got {input.shape[1]} channels in {Shape(input)}.",
                nameof(input));
        }
    }

    private static void CheckFits(Tensor input, Tensor? state)
    {
        if (state is null)
        {
            return;
        }

        if (input.device_type != state.device_type || input.device_index != state.device_index)
        {
            throw new ArgumentException(
                $"Expected an input on {state.device}, where the module is, but got one on {input.device}.",
                nameof(input));
        }

        var fits = input.dtype switch
        {
            ScalarType.Float16 or ScalarType.BFloat16 =>
                state.dtype == input.dtype || state.dtype == ScalarType.Float32,
            ScalarType.Float32 or ScalarType.Float64 => state.dtype == input.dtype,
            _ => false,
        };
        if (!fits)
        {
            var halves = state.dtype == ScalarType.Float32 ? ", Float16 or BFloat16" : "";
            throw new ArgumentException(
                $"Expected an input of type {state.dtype}{halves} for a module of type {state.dtype}, "
                + $"but got {input.dtype}.",
                nameof(input));
        }
    }

    /// <summary>Counts this batch and returns its weight in the running statistics.</summary>
    private double CountBatch()
    {
        if (num_batches_tracked is not { } count)
        {
            return momentum ?? 0;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        count.add_(1);
        // The counter has the module's own type where one was given, not always Int64.
        return momentum ?? 1 / count.to(CPU).to(ScalarType.Float64).item<double>();
    }

    private static string Shape(Tensor input) => $"({string.Join(", ", input.shape)})";
}
