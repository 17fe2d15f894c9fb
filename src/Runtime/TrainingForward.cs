using PbnRewriter.Runtime.Composed;
using PbnRewriter.Runtime.Cpu;
using PbnRewriter.Runtime.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>Patch-aware batch normalization in training, by what the input's device has for it.</summary>
internal static class TrainingForward
{
    /// <summary>Normalizes each patch and, where there are running statistics, takes the batch in.</summary>
    /// <param name="input">Feature maps, shape (N, C, H, W), at least two values a channel in each patch.</param>
    /// <param name="weight">Affine weight, shape (C), or null for 1.</param>
    /// <param name="bias">Affine bias, shape (C), or null for 0.</param>
    /// <param name="running">The running statistics, or null if there are none; updated.</param>
    /// <param name="splits">Where the maps are cut, and how statistics mix.</param>
    /// <param name="eps">Added to the variance.</param>
    /// <returns>A tensor of the input's shape, type and memory format.</returns>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps) =>
        input.device_type switch
        {
            DeviceType.CPU => CpuPatchBatchNorm.Apply(input, weight, bias, running, splits, eps),
            DeviceType.CUDA => OnGpu(CudaDevices.OfSystem, input, weight, bias, running, splits, eps),
            _ => ComposedPatchBatchNorm.Apply(input, weight, bias, running, splits, eps),
        };

    /// <summary>The same by the kernels that GPUs have, or composed of torch operations where they have none.</summary>
    public static Tensor OnGpu(
        CudaDevices devices,
        Tensor input,
        Tensor? weight,
        Tensor? bias,
        RunningStatistics? running,
        PatchSplits splits,
        double eps) =>
        devices.Of(input) is { } device
            ? CudaPatchBatchNorm.Apply(device, input, weight, bias, running, splits, eps)
            : ComposedPatchBatchNorm.Apply(input, weight, bias, running, splits, eps);

    /// <summary>The type to compute in: float64 for itself, float32 for it and for the half types.</summary>
    public static ScalarType TypeOf(Tensor input) =>
        input.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
}
