using CsCheck;
using PbnRewriter.Runtime.Cuda;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>What a plan asks of a GPU.</summary>
public sealed class CudaPlanTests
{
    private const int WarpSize = 32;

    /// <summary>A GPU gives each block 48 KB of shared memory, and more only to kernels that work on chip.</summary>
    [Fact]
    public void AnyPlan_AsksForNoMoreThanABlockHas() => Gen.Select(
        Gen.Select(
            Gen.OneOf(Gen.Int[1, 300], Gen.Const(1024)),
            Gen.OneOf(Gen.Int[1, 24], Gen.Int[1, 64].Select(count => 32 * count)),
            Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 300]),
            Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 3000])),
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6]),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[1, 2], Gen.Bool, Gen.Bool),
        Gen.Select(Gen.Int[1, 132], Gen.OneOf(Gen.Const(232448), Gen.Const(48 * 1024), Gen.Const(1))))
        .Sample(
            (shape, grid, kind, gpu) =>
            {
                var limits = new CudaLimits(gpu.Item1, gpu.Item2, 50 << 20, 0);
                var splits = new PatchSplits(new PatchSplit(PatchCuts.Even(shape.Item3, shape.Item4, grid), 1, null));
                var plan = CudaPlan.For(
                    [shape.Item1, shape.Item2, shape.Item3, shape.Item4],
                    channelsLast: kind.Item1,
                    elementSize: kind.Item2 ? 2 : 4,
                    maps: kind.Item3,
                    isAligned: kind.Item4,
                    writes: kind.Item5,
                    splits,
                    limits);

                Assert.InRange(plan.SharedBytes, 1, plan.OnChip ? limits.SharedMemory : 48 * 1024);
                Assert.InRange(plan.Threads, WarpSize, plan.OnChip ? 512 : 256);
                Assert.Equal(0, plan.Threads % WarpSize);
                Assert.InRange(plan.Groups, 1, ushort.MaxValue);
            },
            iter: 3000);
}
