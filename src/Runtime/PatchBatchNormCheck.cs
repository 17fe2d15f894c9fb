using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>Refuses what patch-aware batch normalization cannot work with, saying what was given and expected.</summary>
internal static class PatchBatchNormCheck
{
    /// <summary>Returns a weight of the running statistics from 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside, or is no number.</exception>
    public static double GlobalWeight(double global_weight) => global_weight is >= 0 and <= 1
        ? global_weight
        : throw new ArgumentOutOfRangeException(
            nameof(global_weight), global_weight, "The weight of the running statistics lies between 0 and 1.");

    /// <summary>Returns a number of batches, 0 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public static long WarmupBatches(long warmup_batches) => warmup_batches >= 0
        ? warmup_batches
        : throw new ArgumentOutOfRangeException(
            nameof(warmup_batches), warmup_batches, "The number of warm-up batches is 0 or more.");

    /// <summary>Returns one of the ways to mix statistics.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public static PatchStatistics Defined(PatchStatistics statistics) => Enum.IsDefined(statistics)
        ? statistics
        : throw new ArgumentOutOfRangeException(
            nameof(statistics), statistics, $"Expected one of {string.Join(", ", Enum.GetNames<PatchStatistics>())}.");

    /// <summary>Returns one of the layouts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public static PatchLayout Defined(PatchLayout layout) => Enum.IsDefined(layout)
        ? layout
        : throw new ArgumentOutOfRangeException(
            nameof(layout), layout, $"Expected one of {string.Join(", ", Enum.GetNames<PatchLayout>())}.");

    /// <summary>Refuses one of the running statistics without the other, and none in evaluation.</summary>
    /// <exception cref="ArgumentException">So it is.</exception>
    public static void RunningStatistics(Tensor? running_mean, Tensor? running_var, bool training)
    {
        if (running_mean is null != running_var is null)
        {
            throw new ArgumentException(
                "Expected both running statistics or neither, but got "
                + (running_mean is null ? "running_var alone." : "running_mean alone."),
                running_mean is null ? nameof(running_mean) : nameof(running_var));
        }

        if (running_mean is null && !training)
        {
            throw new ArgumentException(
                "Expected running statistics in evaluation, but got none; pass them, or training: true.",
                nameof(running_mean));
        }
    }

    /// <summary>Refuses an input whose shape, type or device does not fit.</summary>
    /// <param name="input">Should have the shape (N, C, H, W).</param>
    /// <param name="channels">C; that of the other tensors if null.</param>
    /// <param name="states">The weight, bias, running mean and running variance, each of shape (C) or null.</param>
    /// <exception cref="ArgumentNullException">There is no input.</exception>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public static void Input(Tensor input, long? channels, params ReadOnlySpan<Tensor?> states)
    {
        ArgumentNullException.ThrowIfNull(input);
        var expected = channels ?? LengthOf(states);
        var c = expected is { } count ? $"{count}" : "C";
        var shape = input.shape;
        if (shape.Length != 4)
        {
            throw new ArgumentException(
                $"Expected a 4-D input of shape (N, {c}, H, W), but got {shape.Length}-D {Text(shape)}.", nameof(input));
        }

        if (expected is not null && shape[1] != expected)
        {
            throw new ArgumentException(
                $"Expected {c} channels, an input of shape (N, {c}, H, W), but got {shape[1]} channels in {Text(shape)}.",
                nameof(input));
        }

        var (type, index, dtype) = (input.device_type, input.device_index, input.dtype);
        foreach (var state in states)
        {
            if (state is null)
            {
                continue;
            }

            if (state.device_type != type || (type != DeviceType.CPU && state.device_index != index))
            {
                throw new ArgumentException(
                    $"Expected an input on {state.device}, where the module is, but got one on {input.device}.",
                    nameof(input));
            }

            CheckType(dtype, state.dtype);
        }

        if (dtype is not (ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"Expected an input of type Float32, Float64, Float16 or BFloat16, but got {dtype}.", nameof(input));
        }
    }

    /// <summary>Refuses patches of one value per channel.</summary>
    /// <exception cref="ArgumentException">One holds no more.</exception>
    public static void Patches(Tensor input, PatchSplits splits, string how)
    {
        var shape = input.shape;
        if (splits.SmallestArea * shape[0] < 2)
        {
            throw new ArgumentException(
                $"Each patch needs at least two values per channel in training, but an input of shape {Text(shape)} "
                + $"with a {how} has a patch of one. Use a larger batch or a smaller grid.",
                nameof(input));
        }
    }

    /// <summary>The number of values that parameters and running statistics have; null if there are none.</summary>
    private static long? LengthOf(ReadOnlySpan<Tensor?> states)
    {
        string[] names = ["weight", "bias", "running_mean", "running_var"];
        long? length = null;
        for (var i = states.Length - 1; i >= 0; i--)
        {
            var own = states[i]?.numel();
            if (own is not null && length is not null && own != length)
            {
                throw new ArgumentException(
                    $"Expected {names[i]} to have one value a channel, {length} as the others have, but got {own}.",
                    names[i]);
            }

            length ??= own;
        }

        return length;
    }

    private static void CheckType(ScalarType given, ScalarType state)
    {
        var isHalf = given is ScalarType.Float16 or ScalarType.BFloat16;
        if (state != given && !(isHalf && state == ScalarType.Float32))
        {
            var halves = state == ScalarType.Float32 ? ", Float16 or BFloat16" : "";
            throw new ArgumentException(
                $"Expected an input of type {state}{halves} for a module of type {state}, but got {given}.", "input");
        }
    }

    private static string Text(long[] shape) => $"({string.Join(", ", shape)})";
}
