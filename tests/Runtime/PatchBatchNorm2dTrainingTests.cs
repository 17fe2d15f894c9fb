using CsCheck;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>What the layer computes in training, against the float64 reference and TorchSharp's BatchNorm2d.</summary>
public sealed class PatchBatchNorm2dTrainingTests
{
    private const long Samples = 150;

    [Fact]
    public void AnyBatchInFloat64_MatchesTheReferenceForwardAndBackward() =>
        Batch.Any.Sample(batch => MatchReference(batch, ScalarType.Float64, 1e-9), iter: Samples);

    // 2e-3 and not less: a patch of two values that nearly agree has a variance that float32 hardly knows.
    [Fact]
    public void AnyBatchInFloat32_MatchesTheReferenceForwardAndBackward() =>
        Batch.Any.Sample(batch => MatchReference(batch, ScalarType.Float32, 2e-3), iter: Samples);

    [Fact]
    public void OnePatchOfNoGlobalWeight_IsBatchNorm2d() => Batch.Any.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            var batch = any with { Grid = (1, 1), GlobalWeight = 0 };
            var (patch, plain) = batch.Layers(ScalarType.Float64);
            var (x, plainX) = (batch.Input(ScalarType.Float64), batch.Input(ScalarType.Float64));
            var expected = plain.forward(plainX.requires_grad_());
            var actual = patch.forward(x.requires_grad_());
            var dy = batch.OutputGradient(ScalarType.Float64);
            expected.backward([dy]);
            actual.backward([dy]);
            Expect.Close(expected, actual, 1e-9, "output");
            Expect.Close(plainX.grad, x.grad, 1e-9, "input gradient");
            Expect.Close(plain.weight!.grad, patch.weight!.grad, 1e-9, "weight gradient");
            Expect.Close(plain.bias!.grad, patch.bias!.grad, 1e-9, "bias gradient");
            SameBuffers(plain, patch, 1e-12);
        },
        iter: Samples);

    [Fact]
    public void GlobalWeightOfOne_NormalizesByTheRunningStatisticsFromBefore() => Batch.Any.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            var batch = any with { GlobalWeight = 1 };
            var (patch, plain) = batch.Layers(ScalarType.Float64);
            plain.eval();
            var x = batch.Input(ScalarType.Float64);
            Expect.Close(plain.forward(x), patch.forward(x), 1e-10);
        },
        iter: Samples);

    [Fact]
    public void EachPatchAlone_IsBatchNorm2dOfThatSlice() => Batch.Any.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            var batch = any with { GlobalWeight = 0 };
            var (patch, plain) = batch.Layers(ScalarType.Float64);
            var x = batch.Input(ScalarType.Float64);
            var y = patch.forward(x);
            long rows = Math.Min(batch.Grid.Rows, batch.H), columns = Math.Min(batch.Grid.Columns, batch.W);
            for (long r = 0; r < rows; r++)
            {
                for (long k = 0; k < columns; k++)
                {
                    var (top, bottom) = (r * batch.H / rows, (r + 1) * batch.H / rows);
                    var (left, right) = (k * batch.W / columns, (k + 1) * batch.W / columns);
                    Tensor Slice(Tensor map) => map.narrow(2, top, bottom - top).narrow(3, left, right - left);
                    Expect.Close(plain.forward(Slice(x).contiguous()), Slice(y), 1e-9, $"patch {r},{k}");
                }
            }
        },
        iter: Samples);

    [Fact]
    public void AnyTrainingForward_LeavesTheBuffersOfBatchNorm2d() => Gen.Select(Batch.Any, Gen.Bool).Sample(
        (batch, cumulative) =>
        {
            using var scope = NewDisposeScope();
            var (patch, plain) = batch.Layers(ScalarType.Float64);
            patch.momentum = plain.momentum = cumulative ? null : 0.3;
            for (var step = 0; step < 3; step++)
            {
                var x = batch.Input(ScalarType.Float64) * (step + 1) + step;
                plain.forward(x);
                patch.forward(x);
                SameBuffers(plain, patch, 1e-10);
            }
        },
        iter: Samples);

    [Fact]
    public void PermutedBatch_GivesThePermutedOutput() => Batch.Any.Sample(
        batch =>
        {
            using var scope = NewDisposeScope();
            var (first, _) = batch.Layers(ScalarType.Float64);
            var (second, _) = batch.Layers(ScalarType.Float64);
            var x = batch.Input(ScalarType.Float64);
            Expect.Close(first.forward(x).flip([0L]), second.forward(x.flip([0L])), 1e-9);
        },
        iter: Samples);

    [Fact]
    public void ScaledInputOfNoGlobalWeightAndNoEps_GivesTheSameOutput() => Gen.Select(Batch.Any, Gen.Double[0.01, 100])
        .Sample((any, factor) =>
        {
            using var scope = NewDisposeScope();
            var (patch, _) = (any with { GlobalWeight = 0 }).Layers(ScalarType.Float64);
            patch.eps = 0;
            var x = any.Input(ScalarType.Float64);
            Expect.Close(patch.forward(x), patch.forward(x * factor), 1e-7);
        },
        iter: Samples);

    [Fact]
    public void NoEps_GivesTheGradientsOfTheReference()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(3, 2, 6, 7, (1, 3), 0, 17);
        var (patch, _) = batch.Layers(ScalarType.Float64);
        patch.eps = 0;
        var x = batch.Input(ScalarType.Float64).requires_grad_();
        var dy = batch.OutputGradient(ScalarType.Float64);
        var reference = Reference(batch, patch, x);
        patch.forward(x).backward([dy]);
        var (input, weight, bias) = reference.Backward(Expect.Values(dy));
        Expect.Close(input.Values, Expect.Values(x.grad!), 1e-9, "input gradient");
        Expect.Close(weight.Values, Expect.Values(patch.weight!.grad!), 1e-9, "weight gradient");
        Expect.Close(bias.Values, Expect.Values(patch.bias!.grad!), 1e-9, "bias gradient");
    }

    [Fact]
    public void Gradients_AreThoseOfCentralDifferences()
    {
        foreach (var globalWeight in (double[])[0, 0.5, 1])
        {
            using var scope = NewDisposeScope();
            var batch = new Batch(2, 2, 5, 4, (2, 3), globalWeight, 7);
            var (patch, _) = batch.Layers(ScalarType.Float64);
            patch.momentum = 0;
            var x = batch.Input(ScalarType.Float64).requires_grad_();
            var dy = batch.OutputGradient(ScalarType.Float64);
            patch.forward(x).backward([dy]);
            foreach (var variable in (Tensor[])[x, patch.weight!, patch.bias!])
            {
                var expected = CentralDifferences.Of(variable, () => (patch.forward(x) * dy).sum().item<double>());
                Expect.Close(expected, Expect.Values(variable.grad!), 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NonFiniteValue_StaysInItsPatchAndShowsInTheRunningStatistics(double value)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(2, 2, 6, 6, (2, 3), 0, 3);
        var (patch, plain) = batch.Layers(ScalarType.Float32);
        var (clean, _) = batch.Layers(ScalarType.Float32);
        var x = batch.Input(ScalarType.Float32);
        var expected = clean.forward(x);
        x[1, 0, 4, 1] = tensor((float)value);
        var actual = patch.forward(x);
        plain.forward(x);

        // The value lies in channel 0, rows 3 to 5, columns 0 to 1.
        TensorIndex[] touched = [TensorIndex.Colon, 0, TensorIndex.Slice(3), TensorIndex.Slice(0, 2)];
        Assert.True(actual[touched].isnan().all().item<bool>());
        var mask = zeros_like(expected).to(ScalarType.Bool);
        mask[touched] = tensor(true);
        Expect.SameBitsOutside(mask, expected, actual);
        SameBuffers(plain, patch, 1e-5);
    }

    [Theory]
    [InlineData(1e4)]
    [InlineData(-1e4)]
    public void LargeMeanOfUnitVarianceInFloat32_KeepsThreeDigits(double mean)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 57, 61, (2, 3), 0, 5);
        var (patch, _) = batch.Layers(ScalarType.Float32);
        patch.momentum = 1;
        var x = ((batch.Input(ScalarType.Float64) - 0.3) / 2 + mean).to(ScalarType.Float32);
        var reference = Reference(batch, patch, x);
        var y = patch.forward(x);
        Expect.Close(reference.Output.Values, Expect.Values(y), 1e-3, "output");
        Expect.Close(reference.BatchMean, Expect.Values(patch.running_mean!), 1e-6, "running mean");
        Expect.Close(reference.BatchVariance, Expect.Values(patch.running_var!), 1e-3, "running variance");
    }

    [Fact]
    public void ConstantPatch_BecomesTheBias()
    {
        using var scope = NewDisposeScope();
        using var patch = pbn.PatchBatchNorm2d(2, eps: 1e-12, global_weight: 0);
        var y = patch.forward(full([3, 2, 5, 5], 12345.678f));
        Expect.Close(zeros_like(y), y, 1e-6);
    }

    [Fact]
    public void WithoutRunningStatistics_TheGlobalWeightCountsAsZero() => Batch.Any.Sample(
        batch =>
        {
            using var scope = NewDisposeScope();
            var (patch, _) = batch.Layers(ScalarType.Float64, tracked: false);
            var (alone, _) = (batch with { GlobalWeight = 0 }).Layers(ScalarType.Float64);
            alone.load_state_dict(patch.state_dict(), strict: false);
            var x = batch.Input(ScalarType.Float64);
            Expect.SameBits(alone.forward(x), patch.forward(x));
        },
        iter: Samples);

    [Fact]
    public void WithoutAffine_TheNormalizedValuesComeOut()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(3, 2, 7, 5, (3, 2), 0.5, 11);
        var (bare, _) = batch.Layers(ScalarType.Float64, affine: false);
        var (affine, _) = batch.Layers(ScalarType.Float64);
        affine.load_state_dict(bare.state_dict(), strict: false);
        nn.init.ones_(affine.weight!);
        nn.init.zeros_(affine.bias!);
        var x = batch.Input(ScalarType.Float64);
        Expect.Close(affine.forward(x), bare.forward(x), 1e-12);
    }

    [Fact]
    public void RunningStatistics_CarryNoGradient()
    {
        using var scope = NewDisposeScope();
        using var patch = pbn.PatchBatchNorm2d(2);
        for (var step = 0; step < 2; step++)
        {
            patch.forward(randn(2, 2, 4, 4).requires_grad_()).sum().backward();
            Assert.False(patch.running_mean!.requires_grad);
            Assert.False(patch.running_var!.requires_grad);
        }
    }

    private static void MatchReference(Batch batch, ScalarType dtype, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (patch, _) = batch.Layers(dtype);
        var x = batch.Input(dtype).requires_grad_();
        var dy = batch.OutputGradient(dtype);
        var reference = Reference(batch, patch, x);
        var y = patch.forward(x);
        y.backward([dy]);
        var (input, weight, bias) = reference.Backward(Expect.Values(dy));
        Expect.Close(reference.Output.Values, Expect.Values(y), tolerance, "output");
        Expect.Close(input.Values, Expect.Values(x.grad!), tolerance, "input gradient");
        Expect.Close(weight.Values, Expect.Values(patch.weight!.grad!), tolerance, "weight gradient");
        Expect.Close(bias.Values, Expect.Values(patch.bias!.grad!), tolerance, "bias gradient");
    }

    private static ReferencePatchBatchNorm Reference(Batch batch, PatchBatchNorm2d patch, Tensor x) => new(
        Expect.Values(x),
        batch.Shape,
        batch.Grid,
        Expect.Values(patch.weight!),
        Expect.Values(patch.bias!),
        Expect.Values(patch.running_mean!),
        Expect.Values(patch.running_var!),
        batch.GlobalWeight,
        patch.eps);

    private static void SameBuffers(BatchNorm expected, BatchNorm actual, double tolerance)
    {
        Expect.Close(expected.running_mean, actual.running_mean, tolerance, "running_mean");
        Expect.Close(expected.running_var, actual.running_var, tolerance, "running_var");
        Expect.Close(expected.num_batches_tracked, actual.num_batches_tracked, 0, "num_batches_tracked");
    }
}
