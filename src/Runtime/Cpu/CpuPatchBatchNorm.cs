using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PbnRewriter.Runtime.Autograd;
using PbnRewriter.Runtime.Composed;
using static PbnRewriter.Runtime.Autograd.KernelTensors;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848) by the kernels for the CPU, with the
/// closed form of its gradients. Keeps the input and two numbers a patch for the backward.
/// </summary>
internal sealed class CpuPatchBatchNorm : IKernels
{
    /// <summary>The kernels: for contiguous maps and parameters, all float32 or all float64.</summary>
    public static CpuPatchBatchNorm Kernels { get; } = new();

    /// <summary>Does what <see cref="TrainingForward.Apply"/> asks for, on the CPU.</summary>
    public static Tensor Apply(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps)
    {
        using var scope = NewDisposeScope();
        var dtype = TrainingForward.TypeOf(input);
        var x = Plain(input, dtype);
        var (w, b) = (weight is null ? null : Plain(weight, dtype), bias is null ? null : Plain(bias, dtype));
        var output = KernelFunction.Apply(Kernels, x, w, b, running, splits, eps);
        if (!ReferenceEquals(x, input))
        {
            output = NormalizedLayout.OfOutput(output, input).to(input.dtype);
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Forward(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, KernelCall call, out Tensor kept)
    {
        var output = empty(x.shape, x.dtype, x.device);
        kept = empty([x.shape[1], CpuKernel<float>.KeptOf(call.Splits)], ScalarType.Float64, x.device);
        if (x.dtype == ScalarType.Float64)
        {
            Normalize<double>(x, weight, bias, running, call, output, kept);
        }
        else
        {
            Normalize<float>(x, weight, bias, running, call, output, kept);
        }

        return output;
    }

    /// <inheritdoc/>
    public Tensor?[] Gradients(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, KernelCall call, Tensor outputGradient) =>
        x.dtype == ScalarType.Float64
            ? Gradients<double>(x, weight, bias, kept, call, outputGradient)
            : Gradients<float>(x, weight, bias, kept, call, outputGradient);

    private static unsafe void Normalize<T>(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, KernelCall call, Tensor output, Tensor kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The kernel updates buffers of its own type in place, and copies of others.
        var mean = running is null ? null : Plain(running.Mean, x.dtype);
        var variance = running is null ? null : Plain(running.Variance, x.dtype);
        var kernel = new CpuKernel<T>(x.shape, call.Splits, Address<T>(x), Address<T>(weight), Address<double>(kept));
        kernel.Forward(
            Address<T>(output),
            Address<T>(bias),
            Address<T>(mean),
            Address<T>(variance),
            running?.BatchWeight ?? 0,
            call.Eps);
        if (running is not null)
        {
            CopyBack(mean!, running.Mean);
            CopyBack(variance!, running.Variance);
        }
    }

    private static unsafe Tensor?[] Gradients<T>(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, KernelCall call, Tensor outputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var dy = Plain(outputGradient, x.dtype);
        Tensor?[] gradients = [Gradient(x), Gradient(weight), Gradient(bias)];
        new CpuKernel<T>(x.shape, call.Splits, Address<T>(x), Address<T>(weight), Address<double>(kept))
            .Backward(Address<T>(dy), Address<T>(gradients[0]), Address<T>(gradients[1]), Address<T>(gradients[2]));
        return gradients;
    }

    private static unsafe T* Address<T>(Tensor? tensor)
        where T : unmanaged
    {
        if (tensor is null)
        {
            return null;
        }

        if (tensor.NumberOfElements <= int.MaxValue / sizeof(T))
        {
            return AddressOf(tensor);
        }

        // As bytes, a tensor may not be larger than a span; its first element may.
        using var first = tensor.as_strided([1], [1]);
        return AddressOf(first);

        // Native memory, which nothing moves.
        static T* AddressOf(Tensor values) => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));
    }
}
