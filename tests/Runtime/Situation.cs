using CsCheck;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// A batch, how it and the gradient of its output lie in memory, and how far channels and patches are from 0.
/// </summary>
internal sealed record Situation(
    Batch Batch, MapFormat Format, MapFormat GradientFormat, double ChannelOffset, double PatchOffset, double Eps)
{
    private static readonly Gen<double> Offsets =
        Gen.Frequency((3, Gen.Const(0.0)), (2, Gen.Double[0, 1e2]), (1, Gen.Const(1e4)));

    private static readonly Gen<long> Channels =
        Gen.Frequency((3, Gen.Long[1, 2]), (3, Gen.Long[3, 12]), (1, Gen.Long[13, 40]));

    /// <summary>
    /// Sizes by the ways that the kernels have: runs and rows shorter than a vector (of up to 8 values) and longer,
    /// maps walked as a whole (up to 512 positions) and row by row, sizes around that bound among them.
    /// </summary>
    private static readonly Gen<(long H, long W)> Sizes = Gen.Frequency(
        (2, Gen.Select(Gen.Long[1, 3], Gen.Long[1, 3])),
        (4, Gen.Select(Gen.Long[1, 40], Gen.Long[1, 9])),
        (3, Gen.Select(Gen.Long[1, 20], Gen.Long[10, 25])),
        (1, Gen.OneOf(Gen.Const((16L, 32L)), Gen.Const((27L, 19L)), Gen.Const((13L, 40L)), Gen.Const((40L, 13L)))),
        (3, Gen.Select(Gen.Long[14, 40], Gen.Long[14, 40])));

    private static readonly Gen<Batch> Batches = Gen.Select(
        Gen.Long[0, 9],
        Channels,
        Sizes,
        Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7]),
        Gen.OneOf(Gen.Const(0.0), Gen.Const(0.5), Gen.Const(1.0), Gen.Double[0, 1]),
        Gen.Int[1, 1_000_000],
        (n, c, size, grid, weight, seed) => new Batch(n, c, size.H, size.W, grid, weight, seed));

    /// <summary>All that training takes and much that it refuses, N = 0 and patches of one value among it.</summary>
    public static readonly Gen<Situation> Any = Gen.Select(
        Batches,
        Gen.Enum<MapFormat>(),
        Gen.Enum<MapFormat>(),
        Offsets,
        Offsets,
        Gen.OneOf(Gen.Const(1e-3), Gen.Const(1e-5)),
        (batch, format, gradientFormat, ofChannels, ofPatches, eps) =>
            new Situation(batch, format, gradientFormat, ofChannels, ofPatches, eps));

    /// <summary>What training takes.</summary>
    public static readonly Gen<Situation> Trainable = Any.Where(situation => situation.SmallestPatch >= 2);

    /// <summary>The number of values of the smallest patch of a channel in the layout Even.</summary>
    public long SmallestPatch => Batch.N * Shortest(Batch.H, Batch.Grid.Rows) * Shortest(Batch.W, Batch.Grid.Columns);

    /// <summary>The layer and a BatchNorm2d with the same random parameters and buffers.</summary>
    public (PatchBatchNorm2d Patch, BatchNorm2d Plain) Layers(ScalarType dtype, bool affine = true, bool tracked = true)
    {
        var (patch, plain) = Batch.Layers(dtype, affine, tracked);
        (patch.eps, plain.eps) = (Eps, Eps);
        return (patch, plain);
    }

    /// <summary>Maps of unit-sized spread about offsets of channels and of the patches of an Even grid.</summary>
    public Tensor Input(ScalarType dtype)
    {
        var maps = Batch.Input(ScalarType.Float64);
        if (maps.numel() == 0)
        {
            return maps.to(dtype);
        }

        var values = Expect.Values(maps);
        var random = new Random(Batch.Seed);
        var (ofChannels, ofRows, ofColumns) =
            (Draw(Batch.C, ChannelOffset), Draw(Batch.Grid.Rows, PatchOffset), Draw(Batch.Grid.Columns, PatchOffset));
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = Math.DivRem(i % (Batch.H * Batch.W), Batch.W);
            values[i] += ofChannels[i / (Batch.H * Batch.W) % Batch.C]
                + ofRows[StripOf(row, Batch.H, Batch.Grid.Rows)]
                + ofColumns[StripOf(column, Batch.W, Batch.Grid.Columns)];
        }

        return Format.Arrange(tensor(values, Batch.Shape).to(dtype));

        double[] Draw(long count, double offset) =>
            [.. Enumerable.Range(0, (int)count).Select(_ => offset * (2 * random.NextDouble() - 1))];
    }

    public Tensor OutputGradient(ScalarType dtype) => GradientFormat.Arrange(Batch.OutputGradient(dtype));

    public override string ToString() =>
        $"{Batch}, {Format}, gradient {GradientFormat}, offsets {ChannelOffset:R} and {PatchOffset:R}, eps {Eps}";

    private static long Shortest(long length, int parts) => length / Math.Min(parts, length);

    /// <summary>The part that a position lies in, where part i begins at floor(i * length / parts).</summary>
    private static long StripOf(long position, long length, int parts) =>
        ((position + 1) * Math.Min(parts, length) - 1) / length;
}
