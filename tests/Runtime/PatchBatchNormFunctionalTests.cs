using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>The form without a module's state: what the module computes, called as torch's batch_norm is.</summary>
[Collection(nameof(Alone))]
public sealed class PatchBatchNormFunctionalTests
{
    [Fact]
    public void Parameters_BeginWithThoseOfBatchNorm()
    {
        var plain = typeof(nn.functional).GetMethod(nameof(nn.functional.batch_norm))!.GetParameters();
        var patch = typeof(pbn.functional).GetMethod(nameof(pbn.functional.patch_batch_norm))!.GetParameters();
        Assert.Equal(
            plain.Select(p => (p.Name, p.ParameterType, p.HasDefaultValue, p.DefaultValue)),
            patch.Take(plain.Length).Select(p => (p.Name, p.ParameterType, p.HasDefaultValue, p.DefaultValue)));
        Assert.All(patch.Skip(plain.Length), p => Assert.True(p.HasDefaultValue));
    }

    [Fact]
    public void AddedParameters_HaveTheDefaultsOfTheModule()
    {
        var module = typeof(pbn).GetMethod(nameof(pbn.PatchBatchNorm2d))!.GetParameters();
        var function = typeof(pbn.functional).GetMethod(nameof(pbn.functional.patch_batch_norm))!.GetParameters();
        string[] added = ["grid", "global_weight", "statistics", "layout"];
        Assert.Equal(added, function.Skip(8).Select(p => p.Name!));
        Assert.Equal(
            module.Where(p => added.Contains(p.Name)).Select(p => (p.Name, p.ParameterType, p.DefaultValue)),
            function.Skip(8).Select(p => (p.Name, p.ParameterType, p.DefaultValue)));
    }

    [Theory]
    [InlineData(PatchStatistics.Blended, PatchLayout.Even, true, true)]
    [InlineData(PatchStatistics.Blended, PatchLayout.Even, false, true)]
    [InlineData(PatchStatistics.Blended, PatchLayout.Even, true, false)]
    [InlineData(PatchStatistics.Selected, PatchLayout.Even, true, true)]
    [InlineData(PatchStatistics.Blended, PatchLayout.Random, true, true)]
    [InlineData(PatchStatistics.Selected, PatchLayout.Fused, true, true)]
    public void InTraining_IsTheModuleBitForBit(
        PatchStatistics statistics, PatchLayout layout, bool affine, bool tracked)
    {
        using var scope = NewDisposeScope();
        using var module = pbn.PatchBatchNorm2d(
            3, eps: 1e-3, momentum: 0.3, affine: affine, track_running_stats: tracked,
            grid: (3, 2), global_weight: 0.4, statistics: statistics, layout: layout);
        Randomize(module);
        var x = Values(4, 3, 9, 8).requires_grad_();
        var (mean, variance) = (module.running_mean?.clone(), module.running_var?.clone());
        var (weight, bias) = (module.weight?.detach().clone(), module.bias?.detach().clone());
        var functionalX = x.detach().clone().requires_grad_();
        weight?.requires_grad_();
        bias?.requires_grad_();
        for (var step = 0; step < 3; step++)
        {
            manual_seed(step);
            var y = module.forward(x);
            manual_seed(step);
            var functionalY = pbn.functional.patch_batch_norm(
                functionalX, mean, variance, weight, bias, training: true, momentum: 0.3, eps: 1e-3,
                grid: (3, 2), global_weight: 0.4, statistics: statistics, layout: layout);
            Expect.SameBits(y, functionalY);
            y.square().sum().backward();
            functionalY.square().sum().backward();
        }

        Expect.SameBits(x.grad!, functionalX.grad!);
        if (affine)
        {
            Expect.SameBits(module.weight!.grad!, weight!.grad!);
            Expect.SameBits(module.bias!.grad!, bias!.grad!);
        }

        if (tracked)
        {
            Expect.SameBits(module.running_mean!, mean!);
            Expect.SameBits(module.running_var!, variance!);
        }
    }

    [Fact]
    public void NoGrid_IsTwoByTwo()
    {
        using var scope = NewDisposeScope();
        var x = Values(2, 3, 7, 6);
        var byDefault = pbn.functional.patch_batch_norm(x, null, null, training: true);
        Expect.SameBits(pbn.functional.patch_batch_norm(x, null, null, training: true, grid: (2, 2)), byDefault);
        Assert.False(byDefault.allclose(nn.functional.batch_norm(x, null, null, training: true)));
    }

    [Theory]
    [InlineData(PatchStatistics.Blended, PatchLayout.Even)]
    [InlineData(PatchStatistics.Selected, PatchLayout.Fused)]
    public void InEvaluation_IsBatchNormBitForBitAndDrawsNothing(PatchStatistics statistics, PatchLayout layout)
    {
        using var scope = NewDisposeScope();
        var (x, plainX) = (Values(2, 3, 7, 6).requires_grad_(), Values(2, 3, 7, 6).requires_grad_());
        var (mean, variance) = (Values(3), Values(3).abs() + 0.5);
        var (weight, bias) = (Values(3), Values(3) + 1);
        var (meanBefore, varianceBefore) = (mean.clone(), variance.clone());
        manual_seed(3);
        var actual = pbn.functional.patch_batch_norm(
            x, mean, variance, weight, bias, eps: 1e-2, grid: (3, 3), statistics: statistics, layout: layout);
        var expected = nn.functional.batch_norm(plainX, mean, variance, weight, bias, eps: 1e-2);
        Expect.SameBits(expected, actual);
        actual.square().sum().backward();
        expected.square().sum().backward();
        Expect.SameBits(plainX.grad!, x.grad!);
        Expect.SameBits(meanBefore, mean);
        Expect.SameBits(varianceBefore, variance);
        var drawn = rand(3);
        manual_seed(3);
        Expect.SameBits(rand(3), drawn);
    }

    [Fact]
    public void WithoutRunningStatistics_TheGlobalWeightCountsAsZero()
    {
        using var scope = NewDisposeScope();
        var x = Values(2, 3, 7, 6);
        Expect.SameBits(
            pbn.functional.patch_batch_norm(x, null, null, training: true, global_weight: 0),
            pbn.functional.patch_batch_norm(x, null, null, training: true, global_weight: 0.9));
        Expect.SameBits(
            pbn.functional.patch_batch_norm(x, null, null, training: true, global_weight: 0),
            pbn.functional.patch_batch_norm(
                x, null, null, training: true, global_weight: 0.9, statistics: PatchStatistics.Selected));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void WeightOrBiasAlone_CountsTheOtherAsNone(bool weighted, bool biased)
    {
        using var scope = NewDisposeScope();
        var x = Values(2, 3, 7, 6);
        var weight = weighted ? Values(3) : ones(3);
        var bias = biased ? Values(3) : zeros(3);
        Expect.SameBits(
            pbn.functional.patch_batch_norm(x, null, null, weight, bias, training: true),
            pbn.functional.patch_batch_norm(
                x, null, null, weighted ? weight : null, biased ? bias : null, training: true));
    }

    [Fact]
    public void EmptyBatch_IsTreatedAsByBatchNorm()
    {
        using var scope = NewDisposeScope();
        var (mean, variance) = (zeros(3), ones(3));
        Assert.Equal(
            nn.functional.batch_norm(zeros(0, 3, 4, 4), mean, variance, training: true).shape,
            pbn.functional.patch_batch_norm(zeros(0, 3, 4, 4), mean, variance, training: true).shape);
    }

    private static Tensor Values(params long[] shape)
    {
        using var generator = new Generator(5);
        return randn(shape, generator: generator);
    }

    private static void Randomize(BatchNorm module)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in module.state_dict())
        {
            if (name != "num_batches_tracked")
            {
                value.copy_(Values(value.shape).abs() + 0.5);
            }
        }
    }
}
