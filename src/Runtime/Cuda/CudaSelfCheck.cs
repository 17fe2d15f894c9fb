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
    // Maps that go by each way on GPUs of up to 140 multiprocessors, and by some of them on others.
    private static readonly long[][] s_shapes = [[2, 144, 4, 4], [3, 8, 6, 8], [3, 3, 5, 7]];

    /// <summary>Computes small maps both ways.</summary>
    /// <param name="device">The kernels.</param>
    /// <param name="place">Where torch has the tensors of that GPU.</param>
    /// <param name="dtype">The type of elements.</param>
    /// <exception cref="CudaException">The numbers differ, or cannot be computed.</exception>
    public static void Run(CudaDevice device, Device place, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in s_shapes)
        {
            Compare(device, place, dtype, Values(shape, 0.7), Values(shape, 1.3));
            Compare(device, place, dtype, NormalizedLayout.ChannelsLast(Values(shape, 0.7)), NormalizedLayout.ChannelsLast(Values(shape, 1.3)));
        }
    }

    private static void Compare(CudaDevice device, Device place, ScalarType dtype, Tensor values, Tensor gradients)
    {
        var shape = values.shape;
        var cuts = PatchCuts.Even((int)shape[2], (int)shape[3], (2, 2));
        var splits = new PatchSplits(new PatchSplit(cuts, 0.5, null));
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
