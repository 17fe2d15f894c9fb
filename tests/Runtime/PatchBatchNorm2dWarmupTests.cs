using CsCheck;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>The first batches, in which the layer trains as BatchNorm2d.</summary>
public sealed class PatchBatchNorm2dWarmupTests
{
    private const int Warmup = 2;

    [Fact]
    public void FirstBatches_AreThoseOfBatchNorm2dBitForBitAndLaterOnesOfPatches() => Gen.Select(
        Situation.Trainable, Gen.Bool, Gen.Bool, Gen.Bool)
        .Sample(
            (situation, affine, cumulative, wide) =>
            {
                using var scope = NewDisposeScope();
                var dtype = wide ? ScalarType.Float64 : ScalarType.Float32;
                var (patch, plain) = situation.Layers(dtype, affine);
                var (after, _) = situation.Layers(dtype, affine);
                patch.warmup_batches = Warmup;
                patch.momentum = plain.momentum = after.momentum = cumulative ? null : 0.3;
                for (var step = 0; step < Warmup; step++)
                {
                    Assert.Equal(step, Counted(patch));
                    SameBits(Train(plain, situation, dtype), Train(patch, situation, dtype));
                }

                after.load_state_dict(patch.state_dict());
                SameBits(Train(after, situation, dtype), Train(patch, situation, dtype));
                Assert.Equal(Warmup + 1, Counted(patch));
            },
            iter: 120);

    [Fact]
    public void BatchAfterWarmup_IsNoLongerThatOfBatchNorm2d()
    {
        using var scope = NewDisposeScope();
        var situation = new Situation(
            new Batch(4, 3, 8, 8, (2, 2), 0.5, 5), MapFormat.Contiguous, MapFormat.Contiguous, 0, 10, 1e-5);
        var (patch, plain) = situation.Layers(ScalarType.Float32);
        patch.warmup_batches = 1;
        var x = situation.Input(ScalarType.Float32);
        Expect.SameBits(plain.forward(x), patch.forward(x));
        Assert.True((plain.forward(x) - patch.forward(x)).abs().max().item<float>() > 0.1);
    }

    [Fact]
    public void LoadedCounterPastWarmup_IsPastIt()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 8, 8, (2, 2), 0.5, 6);
        var (trained, _) = batch.Layers(ScalarType.Float32);
        var x = batch.Input(ScalarType.Float32);
        for (var step = 0; step < Warmup; step++)
        {
            trained.forward(x);
        }

        var (fresh, _) = batch.Layers(ScalarType.Float32);
        fresh.warmup_batches = Warmup;
        fresh.load_state_dict(trained.state_dict());
        Expect.SameBits(trained.forward(x), fresh.forward(x));
    }

    [Fact]
    public void Evaluation_DoesNotCountAsABatch()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 8, 8, (2, 2), 0.5, 7);
        var (patch, plain) = batch.Layers(ScalarType.Float32);
        patch.warmup_batches = 1;
        var x = batch.Input(ScalarType.Float32);
        patch.eval();
        patch.forward(x);
        patch.train();
        Expect.SameBits(plain.forward(x), patch.forward(x));
    }

    [Fact]
    public void WithoutRunningStatistics_ThereIsNone()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 8, 8, (2, 2), 0.5, 8);
        var (patch, _) = batch.Layers(ScalarType.Float32, tracked: false);
        var (warming, _) = batch.Layers(ScalarType.Float32, tracked: false);
        warming.warmup_batches = 100;
        var x = batch.Input(ScalarType.Float32);
        Expect.SameBits(patch.forward(x), warming.forward(x));
    }

    // That the patches of the grid would be too small is no reason to refuse a batch yet; one value a channel is.
    [Fact]
    public void BatchThatBatchNorm2dTakes_IsTakenAndOneValueAChannelRefused()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3, grid: (2, 2), warmup_batches: 10);
        layer.forward(randn(1, 3, 2, 2));
        Assert.Equal(1, Counted(layer));
        Assert.Throws<ArgumentException>(() => layer.forward(randn(1, 3, 1, 1)));
        Assert.Equal(1, Counted(layer));
    }

    [Fact]
    public void CountBelowZero_IsOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => pbn.PatchBatchNorm2d(2, warmup_batches: -1));
        using var layer = pbn.PatchBatchNorm2d(2, warmup_batches: 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.warmup_batches = -1);
        Assert.Equal(3, layer.warmup_batches);
    }

    /// <summary>Output, all gradients and all buffers.</summary>
    private static List<Tensor> Train(BatchNorm layer, Situation situation, ScalarType dtype)
    {
        layer.zero_grad();
        var x = situation.Input(dtype).detach().requires_grad_();
        var y = layer.forward(x);
        y.backward([situation.OutputGradient(dtype)]);
        return
        [
            y,
            x.grad!,
            .. layer.parameters().Select(parameter => parameter.grad!.clone()),
            .. layer.buffers().Select(buffer => buffer.clone()),
        ];
    }

    private static void SameBits(List<Tensor> expected, List<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (first, second) in expected.Zip(actual))
        {
            Expect.SameBits(first, second);
            Assert.Equal(first.stride(), second.stride());
        }
    }

    private static long Counted(BatchNorm layer) => layer.num_batches_tracked!.to(ScalarType.Int64).item<long>();
}
