using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// The numbers of the layer over all sizes, types and memory formats, against the float64 reference that is given
/// exactly the values that the layer is given, within the rounding errors that it derives.
/// </summary>
public sealed class PatchBatchNorm2dAccuracyTests
{
    private const double Momentum = 0.3;

    [Theory]
    [InlineData(ScalarType.Float32, 250)]
    [InlineData(ScalarType.Float64, 200)]
    public void AnySituation_MatchesTheReferenceWithinRounding(ScalarType dtype, long samples) =>
        Gen.Select(Situation.Trainable, Gen.Bool, Gen.Bool).Sample(
            (situation, affine, tracked) =>
            {
                using var scope = NewDisposeScope();
                var (patch, _) = situation.Layers(dtype, affine, tracked);
                patch.momentum = Momentum;
                var (x, dy) = (situation.Input(dtype).detach().requires_grad_(), situation.OutputGradient(dtype));
                var batch = situation.Batch;
                var reference = new ReferencePatchBatchNorm(
                    Expect.Values(x),
                    batch.Shape,
                    batch.Grid,
                    ValuesOf(patch.weight),
                    ValuesOf(patch.bias),
                    ValuesOf(patch.running_mean),
                    ValuesOf(patch.running_var),
                    tracked ? batch.GlobalWeight : 0,
                    situation.Eps,
                    UnitOf(dtype));
                var y = patch.forward(x);
                y.backward([dy]);
                Match(reference, y, dy, x, patch.weight, patch.bias, patch.running_mean, patch.running_var);
            },
            iter: samples);

    // Below the layer, where the splits that were drawn are known.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void AnyLayoutAndStatistics_MatchTheReferenceWithinRounding(ScalarType dtype) =>
        Gen.Select(Situation.Trainable, Gen.Enum<PatchLayout>(), Gen.Enum<PatchStatistics>(), Gen.Bool).Sample(
            (situation, layout, statistics, affine) =>
            {
                using var scope = NewDisposeScope();
                var batch = situation.Batch;
                var splits = PatchSplits.Draw(batch.Shape, batch.Grid, layout, statistics, batch.GlobalWeight);
                if (splits.SmallestArea * batch.N < 2)
                {
                    return;
                }

                var (patch, _) = situation.Layers(dtype, affine);
                var (x, dy) = (situation.Input(dtype).detach().requires_grad_(), situation.OutputGradient(dtype));
                var reference = new ReferencePatchBatchNorm(
                    Expect.Values(x),
                    batch.Shape,
                    channel => ReferencePatchBatchNorm.Split.Of(splits.Of(channel)),
                    ValuesOf(patch.weight),
                    ValuesOf(patch.bias),
                    ValuesOf(patch.running_mean),
                    ValuesOf(patch.running_var),
                    situation.Eps,
                    UnitOf(dtype));
                var running = new RunningStatistics(patch.running_mean!, patch.running_var!, Momentum);
                var y = TrainingForward.Apply(x, patch.weight, patch.bias, running, splits, situation.Eps);
                y.backward([dy]);
                Match(reference, y, dy, x, patch.weight, patch.bias, patch.running_mean, patch.running_var);
            },
            iter: 200);

    // Computed in float32 and rounded once at the end, so that there is nothing to tolerate.
    [Theory]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.Float16, ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    public void AnySituationInAHalfType_IsThatInFloat32Rounded(ScalarType input, ScalarType parameters) =>
        Situation.Trainable.Sample(
            situation =>
            {
                using var scope = NewDisposeScope();
                var (half, _) = situation.Layers(parameters);
                var (wide, _) = situation.Layers(ScalarType.Float32);
                wide.load_state_dict(half.state_dict().ToDictionary(
                    entry => entry.Key, entry => entry.Value.to(ScalarType.Float32)));
                var x = situation.Input(input).detach().requires_grad_();
                var wideX = x.detach().to(ScalarType.Float32).requires_grad_();
                var dy = situation.OutputGradient(input);
                var (y, wideY) = (half.forward(x), wide.forward(wideX));
                y.backward([dy]);
                wideY.backward([dy.to(ScalarType.Float32)]);
                Expect.SameBits(wideY.to(input), y);
                Expect.SameBits(wideX.grad!.to(input), x.grad!);
                Expect.SameBits(wide.weight!.grad!.to(parameters), half.weight!.grad!);
                Expect.SameBits(wide.bias!.grad!.to(parameters), half.bias!.grad!);
                Expect.SameBits(wide.running_mean!.to(parameters), half.running_mean!);
                Expect.SameBits(wide.running_var!.to(parameters), half.running_var!);
                Assert.Equal(wideY.stride(), y.stride());
            },
            iter: 60);

    [Fact]
    public void AnyMemoryFormat_KeepsTheStridesOfBatchNorm2d() => Situation.Trainable.Sample(
        situation =>
        {
            using var scope = NewDisposeScope();
            var (patch, plain) = situation.Layers(ScalarType.Float32);
            var x = situation.Input(ScalarType.Float32);
            Assert.Equal(plain.forward(x).stride(), patch.forward(x).stride());
        },
        iter: 150);

    [Fact]
    public void PatchOfOneValue_IsRefusedAndNothingElseIs() => Situation.Any
        .Where(situation => situation.Batch.N == 1)
        .Sample(
            situation =>
            {
                using var scope = NewDisposeScope();
                var (patch, _) = situation.Layers(ScalarType.Float32);
                var x = situation.Input(ScalarType.Float32);
                var before = patch.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
                if (situation.SmallestPatch >= 2)
                {
                    Assert.Equal(x.shape, patch.forward(x).shape);
                    return;
                }

                var error = Assert.Throws<ArgumentException>(() => patch.forward(x));
                Assert.Contains($"({string.Join(", ", x.shape)})", error.Message);
                Assert.Contains($"{patch.grid}", error.Message);
                Assert.All(before, entry => Expect.SameBits(entry.Value, patch.state_dict()[entry.Key]));
            },
            iter: 150);

    [Fact]
    public void EmptyBatchOrMap_IsTreatedAsByBatchNorm2d() => Gen.Select(Situation.Any, Gen.Int[0, 2], Gen.Bool).Sample(
        (any, axis, affine) =>
        {
            using var scope = NewDisposeScope();
            var batch = axis switch
            {
                0 => any.Batch with { N = 0 },
                1 => any.Batch with { H = 0 },
                _ => any.Batch with { W = 0 },
            };
            var situation = any with { Batch = batch };
            var (patch, plain) = situation.Layers(ScalarType.Float32, affine);
            var (x, plainX) = (situation.Input(ScalarType.Float32), situation.Input(ScalarType.Float32));
            var (actual, expected) = (patch.forward(x.requires_grad_()), plain.forward(plainX.requires_grad_()));
            actual.sum().backward();
            expected.sum().backward();
            Expect.SameBits(expected, actual);
            Expect.SameBits(plainX.grad!, x.grad!);
            foreach (var (name, value) in plain.state_dict())
            {
                Expect.SameBits(value, patch.state_dict()[name]);
            }
        },
        iter: 100);

    // Two values a patch, 1e-4 apart; patches 1000 apart. Without eps each is one deviation from the mean.
    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    public void NearlyEqualValuesFarFromThoseOfOtherPatches_KeepTheirVarianceInFloat64(long width)
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(
            1, eps: 0, track_running_stats: false, dtype: ScalarType.Float64, grid: (1, (int)width));
        var values = new double[2 * width];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = 1000.0 * (i % width) + (i < width ? 0 : 1e-4);
        }

        var y = layer.forward(tensor(values, [2, 1, 1, width]));
        Expect.Close(values.Select((_, i) => i < width ? -1.0 : 1.0).ToArray(), Expect.Values(y), 1e-6);
    }

    // Each of the running statistics may have the input's type or float32.
    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    public void RunningStatisticsOfTwoTypes_AreUsedOrRefused(ScalarType meanType, ScalarType varianceType)
    {
        using var scope = NewDisposeScope();
        var x = randn(4, 3, 6, 6).to(ScalarType.BFloat16);
        var (mean, variance) = (Running(meanType, 0.5), Running(varianceType, 2));
        var (wideMean, wideVariance) = (Running(ScalarType.Float32, 0.5), Running(ScalarType.Float32, 2));
        var expected = pbn.functional.patch_batch_norm(x, wideMean, wideVariance, training: true);
        var error = Record.Exception(() => Expect.SameBits(
            expected, pbn.functional.patch_batch_norm(x, mean, variance, training: true)));
        if (error is not null)
        {
            Assert.IsType<ArgumentException>(error);
            return;
        }

        Expect.SameBits(wideMean.to(meanType), mean);
        Expect.SameBits(wideVariance.to(varianceType), variance);

        static Tensor Running(ScalarType dtype, double value) => tensor([value, value, value], dtype: dtype);
    }

    // The gradients that nobody asks for are not computed; those that are must not depend on it.
    [Fact]
    public void FewerGradients_AreTheSame() => Gen.Select(Situation.Trainable, Gen.Int[1, 6]).Sample(
        (situation, asked) =>
        {
            using var scope = NewDisposeScope();
            var (some, all) = (Gradients(asked), Gradients(7));
            for (var i = 0; i < all.Length; i++)
            {
                Assert.Equal((asked >> i & 1) == 1, some[i] is not null);
                if (some[i] is { } gradient)
                {
                    Expect.SameBits(all[i]!, gradient);
                }
            }

            Tensor?[] Gradients(int which)
            {
                var (patch, _) = situation.Layers(ScalarType.Float32);
                var x = situation.Input(ScalarType.Float32);
                Tensor[] variables = [x, patch.weight!, patch.bias!];
                for (var i = 0; i < variables.Length; i++)
                {
                    variables[i].requires_grad = (which >> i & 1) == 1;
                }

                patch.forward(x).backward([situation.OutputGradient(ScalarType.Float32)]);
                return [.. variables.Select(variable => variable.grad?.clone())];
            }
        },
        iter: 60);

    [Fact]
    public void FunctionalForm_IsTheLayer() => Gen.Select(Situation.Trainable, Gen.Bool, Gen.Bool).Sample(
        (situation, affine, training) =>
        {
            using var scope = NewDisposeScope();
            var (layer, _) = situation.Layers(ScalarType.Float32, affine);
            var (state, _) = situation.Layers(ScalarType.Float32, affine);
            layer.train(training);
            layer.momentum = Momentum;
            var x = situation.Input(ScalarType.Float32);
            var y = pbn.functional.patch_batch_norm(
                x,
                state.running_mean,
                state.running_var,
                state.weight,
                state.bias,
                training,
                Momentum,
                situation.Eps,
                situation.Batch.Grid,
                situation.Batch.GlobalWeight);
            Expect.SameBits(layer.forward(x), y);
            Expect.SameBits(layer.running_mean!, state.running_mean!);
            Expect.SameBits(layer.running_var!, state.running_var!);
        },
        iter: 60);

    [Fact]
    public void SituationsDrawn_TakeEachWayThatTheKernelsHave()
    {
        const int LongestWholeMap = 512, Vector = 8, Threads = 2;
        var met = new HashSet<string>();
        Situation.Trainable.Sample(
            situation =>
            {
                var (n, c, h, w) = (situation.Batch.N, situation.Batch.C, situation.Batch.H, situation.Batch.W);
                var walk = h * w <= LongestWholeMap ? "whole" : "rows";
                var run = walk == "whole" ? h * w : w;
                met.Add($"{walk}, N mod 4 = {n % 4}");
                met.Add($"{walk}, four images at once {n >= 4}");
                met.Add($"{walk}, batch in groups {c < 4 * Threads}");
                met.Add($"run below a vector {run < Vector}, row below half a one {w < Vector / 2}");
                met.Add($"run of whole vectors {run % Vector == 0}");
                met.Add($"{walk}, {situation.Format}");
                met.Add($"offset of channels {situation.ChannelOffset > 0}, of patches {situation.PatchOffset > 0}");
            },
            iter: 3000,
            threads: 1);

        // 8 by N mod 4, 4 by images, 4 by groups, 4 by run and row, 2, 10 by format, 4 by offsets.
        Assert.True(met.Count == 36, string.Join(Environment.NewLine, met.Order()));
    }

    private static void Match(
        ReferencePatchBatchNorm reference,
        Tensor y,
        Tensor dy,
        Tensor x,
        Tensor? weight,
        Tensor? bias,
        Tensor? runningMean,
        Tensor? runningVar)
    {
        var gradients = reference.Backward(Expect.Values(dy));
        Expect.Within(reference.Output, y, "output");
        Expect.Within(gradients.Input, x.grad, "input gradient");
        if (weight is not null)
        {
            Expect.Within(gradients.Weight, weight.grad, "weight gradient");
            Expect.Within(gradients.Bias, bias!.grad, "bias gradient");
        }

        if (runningMean is not null)
        {
            var (mean, variance) = reference.Running(Momentum);
            Expect.Within(mean, runningMean, "running mean");
            Expect.Within(variance, runningVar, "running variance");
        }
    }

    private static double[]? ValuesOf(Tensor? tensor) => tensor is null ? null : Expect.Values(tensor);

    private static double UnitOf(ScalarType dtype) => Math.Pow(2, dtype == ScalarType.Float32 ? -24 : -53);
}
