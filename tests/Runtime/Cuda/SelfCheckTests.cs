using PbnRewriter.Runtime.Cuda;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>What a GPU computes before the layer trusts it.</summary>
public sealed class SelfCheckTests
{
    /// <summary>Multiprocessors, and bytes of shared memory of a block: from the least that the kernels are for.</summary>
    [Theory]
    [InlineData(1, 64 << 10)]
    [InlineData(40, 64 << 10)]
    [InlineData(80, 96 << 10)]
    [InlineData(108, 163 << 10)]
    [InlineData(132, 227 << 10)]
    [InlineData(188, 99 << 10)]
    public void OnAnyGpu_EachWayIsGoneAndEachLoop(int multiprocessors, int sharedMemory)
    {
        var gpu = new CudaLimits(multiprocessors, sharedMemory, 50 << 20, 3_350_000_000_000);
        foreach (var (elementSize, maps) in ((int, int)[])[(4, 1), (4, 2), (2, 1), (2, 2)])
        {
            var met = new HashSet<string>();
            foreach (var (shape, splits, limits) in CudaSelfCheck.Cases(gpu))
            {
                Assert.InRange(limits.SharedMemory, 1, sharedMemory);
                foreach (var last in (bool[])[false, true])
                {
                    var plan = CudaPlan.For(shape, last, elementSize, maps, isAligned: true, writes: true, splits, limits);
                    var kernels = plan.Lanes == 1 ? "elements" : plan.OnChip ? "on chip" : "two passes";
                    var format = last ? "channels last" : "contiguous";
                    met.Add($"{kernels}, {format}{(plan.OnChip ? plan.TileIsPatch ? ", patches" : ", channels" : "")}");
                    met.Add($"{kernels}, {format}, groups {(plan.Groups > 1 ? "many" : "1")}");
                    met.Add($"{kernels}, {format}, images {(plan.GroupImages > 3 * plan.ImageLanes ? "at once" : "one by one")}");
                    met.Add($"{kernels}, {format}, splits {(splits.Second is null ? 1 : 2)}");
                }
            }

            foreach (var format in (string[])["contiguous", "channels last"])
            {
                string[] expected =
                [
                    $"elements, {format}, images at once",
                    $"two passes, {format}, images at once",
                    $"two passes, {format}, groups many",
                    $"on chip, {format}, images at once",
                    $"on chip, {format}, patches",
                    $"on chip, {format}, channels",
                    $"on chip, {format}, splits 2",
                ];
                Assert.Empty(expected.Except(met));
            }
        }
    }
}
