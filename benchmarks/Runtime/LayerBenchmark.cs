using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>
/// Times the layer in training at ResNet-50's normalization shapes, float32, against torch's BatchNorm2d and the released
/// code's way.
/// </summary>
internal static class LayerBenchmark
{
    private const long Batch = 8;

    // Of each element, if caches hold what is read twice: x in and y out; then x and dy in and dx out.
    private const int ForwardAccesses = 2;
    private const int AllAccesses = 5;

    private static readonly long[][] s_maps =
        [[64, 112, 112], [64, 56, 56], [256, 56, 56], [128, 28, 28], [512, 28, 28], [1024, 14, 14], [2048, 7, 7]];

    /// <summary>The shapes (C, H, W), as the table writes them.</summary>
    public static string[] Maps => [.. s_maps.Select(NameOf)];

    public static void Run(int rounds, string? only)
    {
        var copyRate = CopyRate();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Copy rate: {copyRate / 1e9:F1} GB/s, read and written."));
        Console.WriteLine();
        Console.WriteLine("| shape, batch 8 | grid | forward / BatchNorm2d | with backward / BatchNorm2d | released / layer | forward, of the floor | with backward, of the floor | BatchNorm2d, ms | layer, ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        List<double> forwards = [], alls = [], released = [];
        foreach (var map in s_maps.Where(map => only is null || NameOf(map) == only))
        {
            foreach (var grid in (PatchGrid[])[(2, 2), (4, 4)])
            {
                var (plain, patch, slices) = Time(map, grid, rounds);
                var floor = 1e3 * Batch * map.Aggregate(1L, (product, size) => product * size) * sizeof(float) / copyRate;
                forwards.Add(patch.Forward / plain.Forward);
                alls.Add(patch.All / plain.All);
                released.Add(slices / patch.All);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {NameOf(map)} | {grid} | {forwards[^1]:F2} | {alls[^1]:F2} | {released[^1]:F1} "
                    + $"| {ForwardAccesses * floor / patch.Forward:P0} | {AllAccesses * floor / patch.All:P0} "
                    + $"| {plain.All:F2} | {patch.All:F2} |"));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| geometric mean | | {Interleaved.GeometricMean(forwards):F2} | {Interleaved.GeometricMean(alls):F2} "
            + $"| {Interleaved.GeometricMean(released):F1} | | | | |"));
    }

    private static string NameOf(long[] map) => string.Join("x", map);

    private static (Times Plain, Times Patch, double Released) Time(long[] map, PatchGrid grid, int rounds)
    {
        using var scope = NewDisposeScope();
        using var plain = nn.BatchNorm2d(map[0]);
        using var patch = pbn.PatchBatchNorm2d(map[0], grid: grid);
        using var released = new ReleasedPatchBatchNorm(map[0], grid);
        var input = randn([Batch, .. map]).requires_grad_();
        var gradient = randn_like(input);
        var times = Interleaved.Medians(rounds, () => Train(plain), () => Train(patch));

        // Apart from the others: it is so slow, and uses so much memory, that it would change what caches hold.
        var slices = Interleaved.Medians(Math.Max(3, rounds / 5), () => Train(released));
        return (new Times(times[0][0], times[0][1]), new Times(times[1][0], times[1][1]), slices[0][1]);

        double[] Train(nn.Module<Tensor, Tensor> norm)
        {
            using var step = NewDisposeScope();

            // As in a network, the layer's input is another operation's output.
            var x = input.view(input.shape);
            var start = Stopwatch.GetTimestamp();
            var y = norm.call(x);
            var middle = Stopwatch.GetElapsedTime(start);
            y.backward([gradient]);
            var end = Stopwatch.GetElapsedTime(start);
            input.grad = null;
            return [middle.TotalMilliseconds, end.TotalMilliseconds];
        }
    }

    /// <summary>Bytes read and written a second by torch's copy of what no cache holds.</summary>
    private static double CopyRate()
    {
        using var source = rand(1L << 26);
        using var target = zeros_like(source);
        var times = Interleaved.Medians(15, () => [Interleaved.Milliseconds(() => target.copy_(source))]);
        return 2 * source.numel() * sizeof(float) / (times[0][0] / 1e3);
    }

    private readonly record struct Times(double Forward, double All);
}
