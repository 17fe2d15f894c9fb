using PbnRewriter.Runtime.Composed;
using PbnRewriter.Runtime.Cpu;
using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>The two computations, by the kernels and composed of torch operations, on the same splits.</summary>
public sealed class KernelAgainstComposedTests
{
    private delegate Tensor Computing(
        Tensor input, Tensor? weight, Tensor? bias, RunningStatistics? running, PatchSplits splits, double eps);

    // 1e-9 in float64: with eps at least 1e-5, 1/S is at most 300 and its cube, in the input gradient, 3e7 times what a
    // variance of unit-sized values loses, 1e-16.
    [Fact]
    public void AnySplitsInFloat64_GiveTheSameOutputGradientsAndRunningStatistics() => Agree(ScalarType.Float64, 1e-9);

    // Here alone patches of spread 1: the composed path's own float32 sums are not as good as the kernels'.
    [Fact]
    public void AnySplitsInFloat32_GiveTheSameOutputGradientsAndRunningStatistics() => Agree(ScalarType.Float32, 2e-3);

    /// <summary>Maps too large for the caches, some with rows of whole vectors and some not, are written another way.</summary>
    [Theory]
    [InlineData(ScalarType.Float32, 1024)]
    [InlineData(ScalarType.Float32, 1021)]
    [InlineData(ScalarType.Float64, 512)]
    public void LargeMaps_GiveTheSameOutputAndGradients(ScalarType dtype, long width)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        long[] shape = [2, 3, 800, width];
        var (values, gradient) = (randn(shape, ScalarType.Float64), randn(shape, ScalarType.Float64));
        var splits = PatchSplits.Draw(shape, (3, 5), PatchLayout.Even, PatchStatistics.Blended, 0);
        var kernel = Compute(CpuPatchBatchNorm.Apply, dtype);
        var composed = Compute(ComposedPatchBatchNorm.Apply, ScalarType.Float64);

        // A bound for float32 too: six digits of numbers below 10.
        Expect.Close(composed.Output, kernel.Output, 1e-5, "output");
        Expect.Close(composed.Gradient, kernel.Gradient, 1e-5, "input gradient");

        (Tensor Output, Tensor Gradient) Compute(Computing apply, ScalarType type)
        {
            var x = values.to(type).detach().requires_grad_();
            var y = apply(x, null, null, null, splits, 1e-5);
            y.backward([gradient.to(type)]);
            return (y.detach(), x.grad!);
        }
    }

    private static void Agree(ScalarType dtype, double tolerance) => Gen.Select(
        Situation.Trainable.Where(situation => situation.Batch.N * situation.Batch.H * situation.Batch.W <= 3000),
        Gen.Enum<PatchLayout>(),
        Gen.Enum<PatchStatistics>(),
        Gen.Bool,
        Gen.Bool)
        .Sample(
            (any, layout, statistics, affine, tracked) =>
            {
                using var scope = NewDisposeScope();
                var eps = dtype == ScalarType.Float32 ? 0.1 : any.Eps;
                var situation = any with { ChannelOffset = 0, PatchOffset = 0, Eps = eps };
                var batch = situation.Batch;

                // Without running statistics their weight is 0, as the layer sees to.
                var splits = PatchSplits.Draw(
                    batch.Shape, batch.Grid, layout, statistics, tracked ? batch.GlobalWeight : 0);
                if (splits.SmallestArea * batch.N < 2)
                {
                    return;
                }

                var kernel = Compute(CpuPatchBatchNorm.Apply);
                var composed = Compute(ComposedPatchBatchNorm.Apply);
                Assert.Equal(composed.Keys, kernel.Keys);
                foreach (var (what, expected) in composed)
                {
                    Expect.Close(expected, kernel[what], tolerance, what);
                }

                Assert.Equal(composed["output"].stride(), kernel["output"].stride());

                Dictionary<string, Tensor> Compute(Computing apply)
                {
                    var (layer, _) = situation.Layers(dtype, affine, tracked);
                    var x = situation.Input(dtype).detach().requires_grad_();
                    var running = tracked
                        ? new RunningStatistics(layer.running_mean!, layer.running_var!, 0.3)
                        : null;
                    var y = apply(x, layer.weight, layer.bias, running, splits, situation.Eps);
                    y.backward([situation.OutputGradient(dtype)]);

                    // Copies of what is the layer's, which goes with it.
                    var results = new Dictionary<string, Tensor> { ["output"] = y, ["input gradient"] = x.grad! };
                    if (affine)
                    {
                        results["weight gradient"] = layer.weight!.grad!.clone();
                        results["bias gradient"] = layer.bias!.grad!.clone();
                    }

                    if (tracked)
                    {
                        results["running mean"] = layer.running_mean!.clone();
                        results["running variance"] = layer.running_var!.clone();
                    }

                    return results;
                }
            },
            iter: 150);
}
