using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>What a training forward draws: how often what comes, and that the layer does what was drawn.</summary>
[Collection(nameof(Alone))]
public sealed class PatchBatchNorm2dDrawTests
{
    // Five standard deviations of a count: one in two million is further off. The seeds are fixed all the same.
    private const double Deviations = 5;

    private static readonly (PatchLayout Layout, PatchStatistics Statistics)[] Ways =
    [
        .. from layout in Enum.GetValues<PatchLayout>()
           from statistics in Enum.GetValues<PatchStatistics>()
           select (layout, statistics),
    ];

    [Fact]
    public void RandomCuts_FallOnEachPlaceEquallyOftenOnBothAxes()
    {
        manual_seed(1);
        const int Forwards = 6000;
        var (rows, columns) = (new int[12], new int[20]);
        for (var i = 0; i < Forwards; i++)
        {
            var cuts = Draw([2, 1, 12, 20], (2, 2), PatchLayout.Random, PatchStatistics.Blended, 0.5).First.Cuts;
            rows[cuts.Rows[1]]++;
            columns[cuts.Columns[1]]++;
        }

        Uniform(rows, 3, 9);
        Uniform(columns, 5, 15);

        static void Uniform(int[] counts, int from, int to)
        {
            for (var place = 0; place < counts.Length; place++)
            {
                Frequency(place >= from && place < to ? 1.0 / (to - from) : 0, counts[place], Forwards);
            }
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.2)]
    [InlineData(0.9)]
    public void SelectedStatistics_AreAPatchsOwnAsOftenAsTheirWeightSays(double globalWeight)
    {
        manual_seed(2);
        const int Forwards = 400, Channels = 6, Patches = 6;
        var counts = new int[Channels * Patches];
        for (var i = 0; i < Forwards; i++)
        {
            var split = Draw(
                [2, Channels, 8, 9], (2, 3), PatchLayout.Even, PatchStatistics.Selected, globalWeight).First;
            for (var j = 0; j < counts.Length; j++)
            {
                var own = split.OwnWeightOf(j / Patches, j % Patches);
                Assert.True(own is 0 or 1);
                counts[j] += (int)own;
            }
        }

        Assert.All(counts, count => Frequency(1 - globalWeight, count, Forwards));
        Frequency(1 - globalWeight, counts.Sum(), Forwards * counts.Length);
    }

    [Fact]
    public void SelectedStatistics_GiveEachPatchTheOutputByItsOwnOrByTheRunningOnes() => Gen.Select(
        Batch.Any, Gen.Double[0.05, 0.95])
        .Sample(
            (any, weight) =>
            {
                using var scope = NewDisposeScope();
                var batch = any with { GlobalWeight = weight };
                var x = batch.Input(ScalarType.Float64);
                var own = Forward(batch with { GlobalWeight = 0 }, PatchStatistics.Blended);
                var running = Forward(batch with { GlobalWeight = 1 }, PatchStatistics.Blended);
                var seed = batch.Seed;
                manual_seed(seed);
                var selected = Forward(batch, PatchStatistics.Selected);
                manual_seed(seed);
                var split = Draw(batch.Shape, batch.Grid, PatchLayout.Even, PatchStatistics.Selected, weight).First;
                for (var c = 0; c < batch.C; c++)
                {
                    for (var p = 0; p < split.Cuts.Count; p++)
                    {
                        var expected = split.OwnWeightOf(c, p) == 1 ? own : running;
                        Expect.SameBits(Patch(expected, split.Cuts, c, p), Patch(selected, split.Cuts, c, p));
                    }
                }

                Tensor Forward(Batch batch, PatchStatistics statistics)
                {
                    var (layer, _) = batch.Layers(ScalarType.Float64);
                    layer.statistics = statistics;
                    return layer.forward(x);
                }
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void WhatIsNotRandom_DrawsNothing()
    {
        using var scope = NewDisposeScope();
        foreach (var (layout, statistics) in Ways)
        {
            foreach (var globalWeight in (double[])[0, 0.5, 1])
            {
                var batch = new Batch(2, 3, 8, 8, (2, 2), globalWeight, 1);
                var (layer, _) = batch.Layers(ScalarType.Float32);
                (layer.layout, layer.statistics) = (layout, statistics);
                var x = batch.Input(ScalarType.Float32);
                var drawsSelection = statistics == PatchStatistics.Selected && globalWeight == 0.5;
                Assert.Equal(layout != PatchLayout.Even || drawsSelection, Draws(() => layer.forward(x)));

                layer.warmup_batches = 100;
                Assert.False(Draws(() => layer.forward(x)), "warm-up");
                layer.eval();
                Assert.False(Draws(() => layer.forward(x)), "evaluation");

                // Without running statistics there is nothing to select from.
                var (untracked, _) = batch.Layers(ScalarType.Float32, tracked: false);
                (untracked.layout, untracked.statistics) = (layout, statistics);
                Assert.Equal(layout != PatchLayout.Even, Draws(() => untracked.forward(x)));
            }
        }

        static bool Draws(Action action)
        {
            manual_seed(3);
            var expected = Next();
            manual_seed(3);
            action();
            return Next() != expected;
        }

        static double Next()
        {
            using var number = rand(1, ScalarType.Float64);
            return number.item<double>();
        }
    }

    [Fact]
    public void FusedSplits_AreTwoOfThreeKindsEquallyOftenAndTheCoinsFair()
    {
        manual_seed(4);
        const int Forwards = 3000, Channels = 5;
        var pairs = new Dictionary<string, int>();
        var coins = new int[Channels];
        var (halves, rows, own, drawn) = (0, 0, 0, 0);
        for (var i = 0; i < Forwards; i++)
        {
            var splits = Draw([2, Channels, 16, 16], (7, 7), PatchLayout.Fused, PatchStatistics.Blended, 0.3);
            PatchSplit[] both = [splits.First, splits.Second!];
            var pair = string.Join(" and ", both.Select(split => KindOf(split.Cuts)).Order());
            pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            foreach (var split in both)
            {
                halves += split.Cuts.Count == 2 ? 1 : 0;
                rows += split.Cuts is { Count: 2, RowCount: 2 } ? 1 : 0;
                own += split.Selected!.Count(selected => selected);
                drawn += split.Selected!.Length;
                Assert.Equal(Channels * split.Cuts.Count, split.Selected!.Length);
            }

            for (var c = 0; c < Channels; c++)
            {
                coins[c] += splits.TakesSecond![c] ? 1 : 0;
            }
        }

        Assert.Equal(["halves and quarters", "halves and whole", "quarters and whole"], pairs.Keys.Order());
        Assert.All(pairs.Values, count => Frequency(1.0 / 3, count, Forwards));
        Frequency(0.5, rows, halves);
        Frequency(0.7, own, drawn);
        Assert.All(coins, count => Frequency(0.5, count, Forwards));

        static string KindOf(PatchCuts cuts) => (cuts.RowCount, cuts.ColumnCount) switch
        {
            (1, 1) => "whole",
            (2, 1) or (1, 2) => "halves",
            (2, 2) => "quarters",
            _ => throw new InvalidOperationException($"{cuts.RowCount}x{cuts.ColumnCount}"),
        };
    }

    [Fact]
    public void FusedLayout_GivesEachChannelTheOutputOfTheSplitThatItsCoinTook() => Gen.Select(
        Gen.Select(Gen.Long[2, 4], Gen.Long[1, 6], Gen.Long[1, 14], Gen.Long[1, 14]),
        Gen.Double[0, 1],
        Gen.Enum<PatchStatistics>(),
        Gen.Int[1, 1_000_000])
        .Sample(
            (shape, weight, statistics, seed) =>
            {
                using var scope = NewDisposeScope();
                var batch = new Batch(shape.Item1, shape.Item2, shape.Item3, shape.Item4, (3, 5), weight, seed);
                var (layer, plain) = batch.Layers(ScalarType.Float64);
                (layer.layout, layer.statistics) = (PatchLayout.Fused, statistics);
                var x = batch.Input(ScalarType.Float64);
                manual_seed(seed);
                var splits = Draw(batch.Shape, batch.Grid, PatchLayout.Fused, statistics, weight);
                var (first, second) = (OutputOf(splits.First), OutputOf(splits.Second!));
                manual_seed(seed);
                var y = layer.forward(x);
                for (var c = 0; c < batch.C; c++)
                {
                    var expected = splits.TakesSecond![c] ? second : first;
                    Expect.Close(expected.select(1, c), y.select(1, c), 1e-9, $"channel {c}");
                }

                plain.forward(x);
                Expect.Close(plain.running_mean, layer.running_mean, 1e-10);
                Expect.Close(plain.running_var, layer.running_var, 1e-10);

                Tensor OutputOf(PatchSplit split)
                {
                    var reference = new ReferencePatchBatchNorm(
                        Expect.Values(x),
                        batch.Shape,
                        _ => ReferencePatchBatchNorm.Split.Of(split),
                        Expect.Values(layer.weight!),
                        Expect.Values(layer.bias!),
                        Expect.Values(layer.running_mean!),
                        Expect.Values(layer.running_var!),
                        layer.eps);
                    return tensor(reference.Output.Values, batch.Shape);
                }
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void ManualSeed_ReproducesARunAndAnotherSeedIsAnother()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(3, 8, 20, 20, (3, 3), 0.5, 9);
        foreach (var (layout, statistics) in Ways)
        {
            var (first, again, other) = (Run(5), Run(5), Run(6));
            Assert.All(first.Zip(again), pair => Expect.SameBits(pair.First, pair.Second));
            var isDrawn = layout != PatchLayout.Even || statistics == PatchStatistics.Selected;
            Assert.Equal(isDrawn, first[^1].ne(other[^1]).any().item<bool>());

            List<Tensor> Run(int seed)
            {
                manual_seed(seed);
                var (layer, _) = batch.Layers(ScalarType.Float32);
                (layer.layout, layer.statistics) = (layout, statistics);
                var results = new List<Tensor>();
                for (var step = 0; step < 3; step++)
                {
                    var x = batch.Input(ScalarType.Float32).requires_grad_();
                    var y = layer.forward(x);
                    y.backward([batch.OutputGradient(ScalarType.Float32)]);
                    results.AddRange([x.grad!, y]);
                }

                return results;
            }
        }
    }

    [Fact]
    public void EveryForward_DrawsAnew()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(3, 8, 20, 20, (3, 3), 0.5, 9);
        manual_seed(7);
        foreach (var (layout, statistics) in Ways.Where(way => way != (PatchLayout.Even, PatchStatistics.Blended)))
        {
            var (layer, _) = batch.Layers(ScalarType.Float32);
            (layer.layout, layer.statistics, layer.momentum) = (layout, statistics, 0);
            var x = batch.Input(ScalarType.Float32);
            using var second = layer.forward(x);
            Assert.False(layer.forward(x).allclose(second), $"{layout}, {statistics}");
        }
    }

    [Fact]
    public void AnyLayoutAndStatistics_LeaveTheBuffersOfBatchNorm2d() => Gen.Select(
        Situation.Trainable.Where(situation => situation.Batch.N >= 2), Gen.Int[0, Ways.Length - 1], Gen.Bool)
        .Sample(
            (any, way, cumulative) =>
            {
                using var scope = NewDisposeScope();
                var situation = any with { ChannelOffset = 0, PatchOffset = 0 };
                var (layer, plain) = situation.Layers(ScalarType.Float64);
                (layer.layout, layer.statistics) = Ways[way];
                layer.momentum = plain.momentum = cumulative ? null : 0.3;
                for (var step = 0; step < 2; step++)
                {
                    var x = situation.Input(ScalarType.Float64);
                    plain.forward(x);
                    layer.forward(x);
                    Expect.Close(plain.running_mean, layer.running_mean, 1e-10, "running_mean");
                    Expect.Close(plain.running_var, layer.running_var, 1e-10, "running_var");
                    Expect.SameBits(plain.num_batches_tracked!, layer.num_batches_tracked!);
                }
            },
            iter: 120,
            threads: 1);

    private static PatchSplits Draw(
        long[] shape, PatchGrid grid, PatchLayout layout, PatchStatistics statistics, double globalWeight) =>
        PatchSplits.Draw(shape, grid, layout, statistics, globalWeight);

    private static Tensor Patch(Tensor maps, PatchCuts cuts, long channel, int patch)
    {
        var (row, column) = Math.DivRem(patch, cuts.ColumnCount);
        return maps.select(1, channel)
            .narrow(1, cuts.Rows[row], cuts.Rows[row + 1] - cuts.Rows[row])
            .narrow(2, cuts.Columns[column], cuts.Columns[column + 1] - cuts.Columns[column]);
    }

    /// <summary>That something of a probability came about that often.</summary>
    private static void Frequency(double probability, int count, int of) =>
        Assert.True(
            Math.Abs(count - of * probability) <= Deviations * Math.Sqrt(of * probability * (1 - probability)),
            $"expected a share of {probability:G3}, got {count} of {of}");
}
