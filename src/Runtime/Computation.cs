using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>What the arithmetic is done in, and by.</summary>
internal static class Computation
{
    /// <summary>The type to compute in: float64 for itself, float32 for it and for the half types.</summary>
    public static ScalarType TypeOf(Tensor input) =>
        input.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>
    /// Normalizes each patch and, where there are running statistics, takes the batch in: on the CPU by the kernels,
    /// elsewhere composed of torch operations. See <see cref="ComposedPatchBatchNorm.Apply"/>.
    /// </summary>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps) =>
        input.device_type == DeviceType.CPU
            ? CpuPatchBatchNorm.Apply(input, weight, bias, running, splits, eps)
            : ComposedPatchBatchNorm.Apply(input, weight, bias, running, splits, eps);
}
