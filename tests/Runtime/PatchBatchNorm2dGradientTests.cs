using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// First and second derivatives against central differences in float64. Draws are held by the same seed before each
/// forward, and buffers by putting them back.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PatchBatchNorm2dGradientTests
{
    // With eps and running variances of 0.1 and more, third derivatives are at most some thousands: differences over
    // 1e-5 are off by 1e-10 times those for the formula, and by 1e-16 / 1e-5 times the loss for rounding.
    private const double Tolerance = 1e-6;

    public static TheoryData<PatchLayout, PatchStatistics, bool, bool> Kinds
    {
        get
        {
            var kinds = new TheoryData<PatchLayout, PatchStatistics, bool, bool>();
            foreach (var layout in Enum.GetValues<PatchLayout>())
            {
                foreach (var statistics in Enum.GetValues<PatchStatistics>())
                {
                    foreach (var (affine, tracked) in ((bool, bool)[])[(true, true), (false, true), (true, false)])
                    {
                        kinds.Add(layout, statistics, affine, tracked);
                    }
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void FirstDerivatives_AreThoseOfCentralDifferences(
        PatchLayout layout, PatchStatistics statistics, bool affine, bool tracked)
    {
        using var scope = NewDisposeScope();
        var (x, dy, forward, parameters) = Prepare(layout, statistics, affine, tracked);
        forward().backward([dy]);
        foreach (var variable in (Tensor[])[x, .. parameters])
        {
            var expected = CentralDifferences.Of(variable, () => Sum(forward() * dy));
            Expect.Close(expected, Expect.Values(variable.grad!), Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SecondDerivatives_AreThoseOfCentralDifferencesOfTheFirst(
        PatchLayout layout, PatchStatistics statistics, bool affine, bool tracked)
    {
        using var scope = NewDisposeScope();
        var (x, dy, forward, parameters) = Prepare(layout, statistics, affine, tracked);
        dy.requires_grad = true;
        Tensor[] variables = [x, dy, .. parameters];
        var penalty = Penalty(createGraph: true);
        penalty.backward();
        foreach (var variable in variables)
        {
            var expected = CentralDifferences.Of(variable, () => Penalty(createGraph: false).item<double>());

            // What the first derivative does not depend on, as the bias, has no gradient at all.
            var actual = variable.grad is { } gradient ? Expect.Values(gradient) : new double[expected.Length];
            Expect.Close(expected, actual, Tolerance);
        }

        Assert.Contains(Expect.Values(x.grad!), value => Math.Abs(value) > 1e-3);

        // The sum of squares of the input gradient, by the kernels where no graph is asked for.
        Tensor Penalty(bool createGraph)
        {
            using var enabled = enable_grad();
            var gradients = autograd.grad([forward()], [x], [dy], retain_graph: createGraph, create_graph: createGraph);
            return gradients[0].square().sum();
        }
    }

    [Fact]
    public void SecondBackwardOfARetainedGraph_GivesTheSameGradients()
    {
        using var scope = NewDisposeScope();
        var (x, dy, forward, _) = Prepare(PatchLayout.Fused, PatchStatistics.Selected, affine: true, tracked: true);
        var y = forward();
        var first = autograd.grad([y], [x], [dy], retain_graph: true)[0];
        Expect.SameBits(first, autograd.grad([y], [x], [dy])[0]);
    }

    private static (Tensor X, Tensor Dy, Func<Tensor> Forward, Tensor[] Parameters) Prepare(
        PatchLayout layout, PatchStatistics statistics, bool affine, bool tracked)
    {
        var batch = new Batch(2, 3, 6, 5, (2, 2), 0.4, 7);
        var (layer, _) = batch.Layers(ScalarType.Float64, affine, tracked);
        (layer.layout, layer.statistics, layer.eps, layer.momentum) = (layout, statistics, 0.1, 0.3);
        var state = layer.buffers().Select(buffer => buffer.clone()).ToArray();
        var x = batch.Input(ScalarType.Float64).requires_grad_();
        return (x, batch.OutputGradient(ScalarType.Float64), Forward, [.. layer.parameters()]);

        Tensor Forward()
        {
            foreach (var (buffer, before) in layer.buffers().Zip(state))
            {
                buffer.copy_(before);
            }

            manual_seed(11);
            return layer.forward(x);
        }
    }

    private static double Sum(Tensor values) => values.sum().item<double>();
}
