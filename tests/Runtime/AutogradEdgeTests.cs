using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Where the layer stands in a graph, and what is asked of its gradients. Compared with patches that torch's batch_norm
/// normalizes one by one, which torch differentiates by itself.
/// </summary>
public sealed class AutogradEdgeTests
{
    private const double Tolerance = 1e-10;

    private static readonly long[] s_shape = [3, 4, 6, 8];

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    public void OnlyWhatRequiresAGradient_GetsOneAndItIsTheSame(bool input, bool weight, bool bias)
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(input, weight, bias), new Case(input, weight, bias));
        actual.Forward().backward([Values(2)]);
        expected.Sliced().backward([Values(2)]);
        SameGradients(expected, actual);
        Assert.Equal(
            (input, weight, bias),
            (actual.X.grad is not null, actual.Weight.grad is not null, actual.Bias.grad is not null));
    }

    [Fact]
    public void NothingRequiresAGradient_TheOutputHasNoGraph()
    {
        using var scope = NewDisposeScope();
        var nothing = new Case(false, false, false);
        Assert.False(nothing.Forward().requires_grad);
    }

    [Fact]
    public void WithoutGradients_TheOutputIsTheSameAndHasNoGraph()
    {
        using var scope = NewDisposeScope();
        var (recorded, unrecorded) = (new Case(), new Case());
        var expected = recorded.Forward();
        Tensor actual;
        using (no_grad())
        {
            actual = unrecorded.Forward();
        }

        Assert.True(expected.requires_grad);
        Assert.False(expected.is_leaf);
        Assert.False(actual.requires_grad);
        Expect.SameBits(expected, actual);
        Expect.SameBits(recorded.Layer.running_var!, unrecorded.Layer.running_var!);
        using (inference_mode())
        {
            Assert.False(unrecorded.Forward().requires_grad);
        }
    }

    [Fact]
    public void SumOfTheOutput_HasTheGradientOfOnes()
    {
        using var scope = NewDisposeScope();
        var (expanded, dense, reference) = (new Case(), new Case(), new Case());
        expanded.Forward().sum().backward();
        dense.Forward().backward([ones(s_shape, float64)]);
        reference.Sliced().sum().backward();
        SameGradients(dense, expanded, 0);
        SameGradients(reference, expanded);
    }

    [Theory]
    [InlineData("expanded over the batch")]
    [InlineData("expanded over the channels")]
    [InlineData("transposed")]
    [InlineData("channels_last")]
    [InlineData("every second column")]
    [InlineData("flipped")]
    public void OutputGradientOfAnyStrides_GivesTheSameGradients(string format)
    {
        using var scope = NewDisposeScope();
        var (strided, dense, reference) = (new Case(), new Case(), new Case());
        var dy = format switch
        {
            "expanded over the batch" => Values(2, 1, 4, 6, 8).expand(s_shape),
            "expanded over the channels" => Values(2, 3, 1, 6, 8).expand(s_shape),
            "transposed" => Values(2, 3, 4, 8, 6).transpose(2, 3),
            "channels_last" => Values(2, 3, 6, 8, 4).permute(0, 3, 1, 2),
            "every second column" => Values(2, 3, 4, 6, 16)[TensorIndex.Ellipsis, TensorIndex.Slice(1, null, 2)],
            _ => Values(2).flip([2L, 3L]),
        };
        Assert.Equal(s_shape, dy.shape);
        strided.Forward().backward([dy]);
        dense.Forward().backward([dy.contiguous()]);
        reference.Sliced().backward([dy]);
        SameGradients(dense, strided, 0);
        SameGradients(reference, strided);
    }

    [Fact]
    public void TransposedOutput_PassesItsGradientOn()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        var weights = Values(3, 3, 4, 8, 6);
        (actual.Forward().transpose(2, 3) * weights).square().sum().backward();
        (expected.Sliced().transpose(2, 3) * weights).square().sum().backward();
        SameGradients(expected, actual);
    }

    [Fact]
    public void TwoBackwards_AddUp()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        for (var step = 2; step < 4; step++)
        {
            actual.Forward().backward([Values(step)]);
            expected.Sliced().backward([Values(step)]);
        }

        SameGradients(expected, actual);
    }

    [Fact]
    public void RetainedGraph_GivesTheSameGradientsAgain()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        var (y, reference) = (actual.Forward(), expected.Sliced());
        for (var step = 2; step < 5; step++)
        {
            y.backward([Values(step)], retain_graph: true);
            reference.backward([Values(step)], retain_graph: true);
            SameGradients(expected, actual);
        }
    }

    [Fact]
    public void GradientsAskedFor_AreTheSame()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        var found = autograd.grad([actual.Forward()], [actual.Bias, actual.X], [Values(2)]);
        var reference = autograd.grad([expected.Sliced()], [expected.Bias, expected.X], [Values(2)]);
        Expect.Close(reference[0], found[0], Tolerance, "bias");
        Expect.Close(reference[1], found[1], Tolerance, "input");
        Assert.Null(actual.X.grad);
        Assert.Null(actual.Weight.grad);
    }

    [Fact]
    public void OutputChangedInPlace_StillHasTheRightGradients()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        actual.Forward().relu_().backward([Values(2)]);
        expected.Sliced().relu().backward([Values(2)]);
        SameGradients(expected, actual);

        actual.Forward().mul_(3).add_(1).backward([Values(2)]);
        (expected.Sliced() * 3).backward([Values(2)]);
        SameGradients(expected, actual);
    }

    [Fact]
    public void InputOfTwoLayers_GetsTheSumOfBothGradients()
    {
        using var scope = NewDisposeScope();
        var (both, first, second) = (new Case(), new Case(), new Case());
        using var other = pbn.PatchBatchNorm2d(4, dtype: float64, grid: (3, 3), global_weight: 0.7);
        (both.Forward() * other.forward(both.X)).sum().backward();

        using var again = pbn.PatchBatchNorm2d(4, dtype: float64, grid: (3, 3), global_weight: 0.7);
        var (one, two) = (first.Forward(), again.forward(second.X));
        one.backward([two.detach()]);
        two.backward([one.detach()]);
        Expect.Close(first.X.grad! + second.X.grad!, both.X.grad, Tolerance, "input");
        Expect.Close(first.Weight.grad, both.Weight.grad, Tolerance, "weight");
        Expect.Close(again.weight!.grad, other.weight!.grad, Tolerance, "other weight");
    }

    [Fact]
    public void LayerUsedTwiceInAGraph_GetsTheSumOfBothGradients()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        actual.Layer.forward(actual.Forward() * 2 + 1).backward([Values(2)]);
        expected.Sliced(expected.Sliced() * 2 + 1).backward([Values(2)]);
        SameGradients(expected, actual);
    }

    [Fact]
    public void PartOfTheOutput_LeavesNoGradientInOtherPatches()
    {
        using var scope = NewDisposeScope();
        var part = new Case();
        part.Forward().narrow(2, 0, 3).narrow(3, 0, 4).square().sum().backward();
        Assert.True(part.X.grad!.narrow(2, 3, 3).eq(0).all().item<bool>());
        Assert.True(part.X.grad!.narrow(3, 4, 4).eq(0).all().item<bool>());
        Assert.True(part.X.grad!.narrow(2, 0, 3).narrow(3, 0, 4).ne(0).any().item<bool>());
    }

    [Fact]
    public void DetachedInput_EndsTheGradientThere()
    {
        using var scope = NewDisposeScope();
        var detached = new Case();
        detached.Layer.forward(detached.X.detach()).square().sum().backward();
        Assert.Null(detached.X.grad);
        Assert.NotNull(detached.Weight.grad);
    }

    [Fact]
    public void InputAndLayerDisposedAfterTheForward_TheGraphKeepsWhatItNeeds()
    {
        using var scope = NewDisposeScope();
        var (actual, expected) = (new Case(), new Case());
        var leaf = actual.X;
        var copy = leaf * 1;
        var y = actual.Layer.forward(copy);
        copy.Dispose();
        actual.Layer.Dispose();
        y.backward([Values(2)]);
        expected.Sliced().backward([Values(2)]);
        Expect.Close(expected.X.grad, leaf.grad, Tolerance);
    }

    [Fact]
    public void ParametersChangedAfterTheBackward_DoNotReachEarlierGradients()
    {
        using var scope = NewDisposeScope();
        var stepped = new Case();
        stepped.Forward().backward([Values(2)]);
        var before = stepped.X.grad!.clone();
        using (no_grad())
        {
            stepped.Weight.mul_(5);
            stepped.X.zero_();
        }

        Expect.SameBits(before, stepped.X.grad!);
    }

    [Fact]
    public void HalfInput_GetsAGradientOfItsTypeAndParametersOfTheirs()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(4);
        var x = Values(1).to(bfloat16).requires_grad_();
        layer.forward(x).sum().backward();
        Assert.Equal(bfloat16, x.grad!.dtype);
        Assert.Equal(float32, layer.weight!.grad!.dtype);
    }

    private static void SameGradients(Case expected, Case actual, double tolerance = Tolerance)
    {
        Same(expected.X, actual.X, "input");
        Same(expected.Weight, actual.Weight, "weight");
        Same(expected.Bias, actual.Bias, "bias");

        void Same(Tensor of, Tensor with, string what)
        {
            Assert.Equal(of.grad is null, with.grad is null);
            if (of.grad is not null)
            {
                Expect.Close(of.grad, with.grad, tolerance, what);
            }
        }
    }

    private static Tensor Values(int stream, params long[] shape)
    {
        using var generator = new Generator((ulong)stream);
        return randn(shape.Length == 0 ? s_shape : shape, float64, generator: generator);
    }

    /// <summary>A layer of 2x2 patches with random parameters, and an input for it.</summary>
    private sealed class Case
    {
        public Case(bool input = true, bool weight = true, bool bias = true)
        {
            Layer = pbn.PatchBatchNorm2d(4, eps: 1e-3, dtype: float64, grid: (2, 2), global_weight: 0);
            using (no_grad())
            {
                Layer.weight!.copy_(Values(7, 4));
                Layer.bias!.copy_(Values(8, 4));
            }

            X = Values(1).requires_grad_(input);
            Weight.requires_grad_(weight);
            Bias.requires_grad_(bias);
        }

        public PatchBatchNorm2d Layer { get; }

        public Tensor X { get; }

        public Tensor Weight => Layer.weight!;

        public Tensor Bias => Layer.bias!;

        public Tensor Forward() => Layer.forward(X);

        /// <summary>What the layer computes, patch by patch.</summary>
        public Tensor Sliced() => Sliced(X);

        public Tensor Sliced(Tensor x) =>
            cat([Row(x.narrow(2, 0, 3)), Row(x.narrow(2, 3, 3))], 2);

        private Tensor Row(Tensor x) => cat([Patch(x.narrow(3, 0, 4)), Patch(x.narrow(3, 4, 4))], 3);

        private Tensor Patch(Tensor x) =>
            nn.functional.batch_norm(x, null!, null!, Weight, Bias, training: true, eps: 1e-3);
    }
}
