using PbnRewriter.Runtime.Autograd;
using PbnRewriter.Runtime.Composed;
using PbnRewriter.Runtime.Cpu;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>
/// A look at whether the kernels compute on a GPU what those for the CPU do, once for each type of elements: no GPU is known
/// until then, and a driver compiles them that nobody has tried.
/// </summary>
internal static class CudaSelfCheck
{
    /// <summary>What is computed: so many images that a thread takes four at once and some one by one.</summary>
    /// <param name="Shape">The shape (N, C, H, W) of the maps, which lie as NCHW and as NHWC.</param>
    /// <param name="Splits">Where they are cut.</param>
    /// <param name="Limits">What they are planned by, so that small maps go by each way on any GPU.</param>
    internal readonly record struct Case(long[] Shape, PatchSplits Splits, CudaLimits Limits);

    /// <summary>The cases for a GPU.</summary>
    internal static Case[] Cases(CudaLimits limits)
    {
        // Any that the kernels are for has 64 KB. With little to keep busy, few tiles are enough to stay on chip.
        var onChip = limits with { Multiprocessors = 1, SharedMemory = Math.Min(limits.SharedMemory, 64 << 10) };
        return
        [
            Of(limits, 25, 3, 15, 17),
            Of(limits with { SharedMemory = 1 }, 25, 8, 16, 32),
            Of(onChip, 25, 8, 16, 32),
            Of(onChip, 25, 8, 32, 8),
            Of(onChip, 25, 8, 8, 8),
            new([25, 8, 8, 4], Fused(8, 8, 4), onChip),
        ];

        static Case Of(CudaLimits by, int n, int c, int h, int w) =>
            new([n, c, h, w], new PatchSplits(new PatchSplit(PatchCuts.Even(h, w, (2, 2)), 0.5, null)), by);

        // As in a fused layout: two splits, and of each patch either statistics.
        static PatchSplits Fused(int c, int h, int w)
        {
            return new PatchSplits(Split((2, 2)), Split((1, 2)), [.. Enumerable.Range(0, c).Select(channel => channel % 2 == 1)]);

            PatchSplit Split(PatchGrid grid)
            {
                var cuts = PatchCuts.Even(h, w, grid);
                return new PatchSplit(cuts, 0.5, [.. Enumerable.Range(0, c * cuts.Count).Select(pair => pair % 3 > 0)]);
            }
        }
    }

    /// <summary>Computes small maps both ways.</summary>
    /// <param name="device">The kernels.</param>
    /// <param name="place">Where torch has the tensors of that GPU.</param>
    /// <param name="dtype">The type of elements.</param>
    /// <exception cref="CudaException">The numbers differ, or cannot be computed.</exception>
    public static void Run(CudaDevice device, Device place, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        foreach (var (shape, splits, limits) in Cases(device.Limits))
        {
            var planned = device.PlannedBy(limits);
            var (values, gradients) = (Values(shape, 0.7), Values(shape, 1.3));
            Compare(planned, place, dtype, splits, values, gradients);
            Compare(planned, place, dtype, splits, NormalizedLayout.ChannelsLast(values), NormalizedLayout.ChannelsLast(gradients));
        }
    }

    private static void Compare(
        CudaDevice device, Device place, ScalarType dtype, PatchSplits splits, Tensor values, Tensor gradients)
    {
        var shape = values.shape;
        var (x, dy) = (values.to(dtype), gradients.to(dtype));
        var expected = Compute(CpuPatchBatchNorm.Kernels, x.to(ScalarType.Float64).contiguous(), dy.to(ScalarType.Float64), CPU);
        var actual = Compute(new CudaPatchBatchNorm(device), x.to(place), dy.to(place), place);
        for (var i = 0; i < expected.Length; i++)
        {
            var apart = (actual[i].cpu().to(ScalarType.Float64) - expected[i].to(ScalarType.Float64)).abs().max().item<double>();
            var most = expected[i].to(ScalarType.Float64).abs().max().item<double>();

            // A few roundings of the type, relative to the largest value; not, where it is no number.
            if (!(apart <= most * dtype switch { ScalarType.Float32 => 1e-4, ScalarType.Float16 => 4e-3, _ => 3e-2 }))
            {
                throw new CudaException("they compute other numbers on this GPU than the kernels for the CPU");
            }
        }

        Tensor[] Compute(IKernels kernels, Tensor maps, Tensor outputGradient, Device on)
        {
            var type = maps.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
            var leaf = maps.detach().requires_grad_();
            var weight = full([shape[1]], 1.5, type, on).requires_grad_();
            var bias = full([shape[1]], 0.5, type, on).requires_grad_();
            var running = new RunningStatistics(zeros([shape[1]], type, on), ones([shape[1]], type, on), 0.1);
            var call = new KernelCall(kernels, splits, 1e-3, HasWeight: true, HasBias: true);
            using var noGradient = no_grad();
            var output = kernels.Forward(leaf, weight, bias, running, call, out var kept);
            var found = kernels.Gradients(leaf, weight, bias, kept, call, outputGradient);
            return [output, .. found.OfType<Tensor>(), running.Mean, running.Variance];
        }
    }

    /// <summary>Values without draws, which are the user's.</summary>
    private static Tensor Values(long[] shape, double step)
    {
        var values = new double[shape[0] * shape[1] * shape[2] * shape[3]];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 1 + 2 * Math.Sin(i * step);
        }

        return tensor(values, shape, device: CPU);
    }
}
