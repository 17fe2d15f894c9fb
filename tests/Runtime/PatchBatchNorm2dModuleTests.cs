using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>What the layer is as a module: state, modes, types, memory formats, errors, ownership of tensors.</summary>
public sealed class PatchBatchNorm2dModuleTests
{
    private static readonly (bool Affine, bool Tracked)[] Kinds =
        [(true, true), (true, false), (false, true), (false, false)];

    [Fact]
    public void NoGrid_IsTwoByTwo()
    {
        using var layer = pbn.PatchBatchNorm2d(4);
        Assert.Equal((2, 2), layer.grid);
        Assert.Equal(0.5, layer.global_weight);
        Assert.Equal(1e-5, layer.eps);
        Assert.Equal(0.1, layer.momentum);
        Assert.Equal(nameof(PatchBatchNorm2d), layer.GetName());
    }

    [Fact]
    public void FactoryParameters_BeginWithThoseOfBatchNorm2d()
    {
        var plain = typeof(nn).GetMethod(nameof(nn.BatchNorm2d))!.GetParameters();
        var patch = typeof(pbn).GetMethod(nameof(pbn.PatchBatchNorm2d))!.GetParameters();
        Assert.Equal(
            plain.Select(p => (p.Name, p.ParameterType, p.DefaultValue)),
            patch.Take(plain.Length).Select(p => (p.Name, p.ParameterType, p.DefaultValue)));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void GlobalWeightOutOfRange_IsRefusedAtConstructionAndWhenSet(double weight)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => pbn.PatchBatchNorm2d(2, global_weight: weight));
        using var layer = pbn.PatchBatchNorm2d(2, global_weight: 0.25);
        Assert.Throws<ArgumentOutOfRangeException>(() => layer.global_weight = weight);
        Assert.Equal(0.25, layer.global_weight);
    }

    [Fact]
    public void SetGridAndWeight_TakeEffectAtTheNextForward()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(2, 3, 8, 8, (2, 2), 0.5, 9);
        var (changed, _) = batch.Layers(ScalarType.Float32);
        var (made, _) = (batch with { Grid = (4, 1), GlobalWeight = 0.2 }).Layers(ScalarType.Float32);
        changed.grid = (4, 1);
        changed.global_weight = 0.2;
        var x = batch.Input(ScalarType.Float32);
        Expect.SameBits(made.forward(x), changed.forward(x));
    }

    [Fact]
    public void StateDict_HasTheKeysOrderAndShapesOfBatchNorm2dAndLoadsBothWays()
    {
        foreach (var (affine, tracked) in Kinds)
        {
            using var scope = NewDisposeScope();
            var batch = new Batch(3, 4, 5, 6, (2, 2), 0.5, 4);
            var (patch, plain) = batch.Layers(ScalarType.Float32, affine, tracked);
            Assert.Equal(plain.state_dict().Select(Entry), patch.state_dict().Select(Entry));

            patch.forward(batch.Input(ScalarType.Float32));
            plain.load_state_dict(patch.state_dict(), strict: true);
            Expect.SameState(patch, plain);
            plain.forward(batch.Input(ScalarType.Float32));
            patch.load_state_dict(plain.state_dict(), strict: true);
            Expect.SameState(plain, patch);
        }

        static string Entry(KeyValuePair<string, Tensor> entry) =>
            $"{entry.Key} {entry.Value.dtype} [{string.Join(",", entry.Value.shape)}]";
    }

    [Fact]
    public void FileOfABatchNorm2d_LoadsStrictlyAndBack()
    {
        using var scope = NewDisposeScope();
        var (patch, plain) = new Batch(2, 3, 4, 4, (2, 2), 0.5, 8).Layers(ScalarType.Float32);
        plain.forward(randn(2, 3, 4, 4));
        Copy(plain, patch);
        Expect.SameState(plain, patch);
        patch.forward(randn(2, 3, 4, 4));
        Copy(patch, plain);
        Expect.SameState(patch, plain);

        static void Copy(nn.Module from, nn.Module to)
        {
            using var file = new MemoryStream();
            from.save(file);
            using var copy = new MemoryStream(file.ToArray());
            to.load(copy, strict: true);
        }
    }

    [Fact]
    public void Evaluation_IsBatchNorm2dBitForBit() => Gen.Select(Batch.Any, Gen.Int[0, 3], Gen.Bool).Sample(
        (batch, index, wide) =>
        {
            var kind = Kinds[index];
            using var scope = NewDisposeScope();
            var dtype = wide ? ScalarType.Float64 : ScalarType.Float32;
            var (patch, plain) = batch.Layers(dtype, kind.Affine, kind.Tracked);
            patch.eval();
            plain.eval();
            var (x, plainX) = (batch.Input(dtype).requires_grad_(), batch.Input(dtype).requires_grad_());
            var (actual, expected) = (patch.forward(x), plain.forward(plainX));
            Expect.SameBits(expected, actual);
            var dy = batch.OutputGradient(dtype);
            actual.backward([dy]);
            expected.backward([dy]);
            Expect.SameBits(plainX.grad!, x.grad!);
            Expect.SameState(plain, patch);
        },
        iter: 150);

    [Fact]
    public void NullMomentum_AveragesOverAllBatches()
    {
        using var scope = NewDisposeScope();
        using var patch = pbn.PatchBatchNorm2d(2);
        using var plain = nn.BatchNorm2d(2);
        patch.momentum = plain.momentum = null;
        for (var step = 1; step <= 4; step++)
        {
            var x = randn(2, 2, 5, 5) * step + step;
            patch.forward(x);
            plain.forward(x);
        }

        Assert.Equal(4, patch.num_batches_tracked!.item<long>());
        Expect.Close(plain.running_mean, patch.running_mean, 1e-5);
        Expect.Close(plain.running_var, patch.running_var, 1e-5);
    }

    [Fact]
    public void EvalThenTrain_ReturnsToPatches()
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(2, 2, 6, 6, (2, 2), 0, 2);
        var (patch, _) = batch.Layers(ScalarType.Float32);
        var x = batch.Input(ScalarType.Float32);
        var before = patch.forward(x);
        patch.eval();
        patch.forward(x);
        Assert.Equal(1, patch.num_batches_tracked!.to(ScalarType.Int64).item<long>());
        patch.train();
        Expect.SameBits(before, patch.forward(x));
    }

    [Theory]
    [InlineData(ScalarType.Float16, ScalarType.Float32, 2e-3)]
    [InlineData(ScalarType.Float16, ScalarType.Float16, 4e-3)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, 2e-2)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16, 3e-2)]
    public void HalfInput_IsComputedInFloat32AndReturnedInItsType(
        ScalarType input, ScalarType parameters, double tolerance)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 13, 10, (3, 2), 0.5, 6);
        var (half, _) = batch.Layers(parameters);
        var (wide, _) = batch.Layers(ScalarType.Float32);
        wide.load_state_dict(half.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to(ScalarType.Float32)));
        var x = batch.Input(input).requires_grad_();
        var wideX = x.detach().to(ScalarType.Float32).requires_grad_();
        var (y, wideY) = (half.forward(x), wide.forward(wideX));
        Assert.Equal(input, y.dtype);
        Expect.SameBits(wideY.to(input), y);
        var dy = batch.OutputGradient(input);
        y.backward([dy]);
        wideY.backward([dy.to(ScalarType.Float32)]);
        Assert.Equal(parameters, half.running_mean!.dtype);
        Assert.Equal(parameters, half.weight!.grad!.dtype);
        Expect.Close(wideX.grad, x.grad, tolerance, "input gradient");
        Expect.Close(wide.weight!.grad, half.weight!.grad, tolerance, "weight gradient");
        Expect.Close(wide.running_var, half.running_var, tolerance, "running variance");
    }

    [Fact]
    public void HalfOffsetOfAThousand_KeepsTheVariance()
    {
        using var scope = NewDisposeScope();
        using var patch = pbn.PatchBatchNorm2d(2, momentum: 1, global_weight: 0);
        var x = (randn(8, 2, 16, 16) * 4 + 1000).to(ScalarType.Float16);
        patch.forward(x);
        var exact = x.to(ScalarType.Float64).permute(1, 0, 2, 3).flatten(1).var(1);
        Expect.Close(exact, patch.running_var, 1e-3);
    }

    [Theory]
    [InlineData("contiguous")]
    [InlineData("channels_last")]
    [InlineData("transposed")]
    [InlineData("crop")]
    [InlineData("channels_last crop")]
    [InlineData("every second image")]
    [InlineData("expanded")]
    public void AnyMemoryFormat_GivesTheSameNumbersInTheFormatOfBatchNorm2d(string format)
    {
        using var scope = NewDisposeScope();
        var batch = new Batch(4, 3, 6, 7, (2, 3), 0.5, 12);
        var (patch, plain) = batch.Layers(ScalarType.Float64);
        var (dense, _) = batch.Layers(ScalarType.Float64);
        var x = View(format);
        Assert.Equal(batch.Shape, x.shape);
        var y = patch.forward(x);
        Expect.Close(dense.forward(x.contiguous()), y, 1e-11, "output");
        Expect.Close(dense.running_var, patch.running_var, 1e-11, "running variance");
        Assert.Equal(plain.forward(x).stride(), y.stride());

        static Tensor View(string format) => format switch
        {
            "contiguous" => randn(4, 3, 6, 7, ScalarType.Float64),
            "channels_last" => randn(4, 6, 7, 3, ScalarType.Float64).permute(0, 3, 1, 2),
            "transposed" => randn(4, 3, 7, 6, ScalarType.Float64).transpose(2, 3),
            "crop" => randn(4, 3, 9, 9, ScalarType.Float64).narrow(2, 1, 6).narrow(3, 2, 7),
            "channels_last crop" => randn(4, 9, 9, 5, ScalarType.Float64).permute(0, 3, 1, 2)
                .narrow(1, 1, 3).narrow(2, 1, 6).narrow(3, 2, 7),
            "every second image" => randn(8, 3, 6, 7, ScalarType.Float64)[TensorIndex.Slice(0, 8, 2)],
            "expanded" => randn(4, 1, 6, 7, ScalarType.Float64).expand(4, 3, 6, 7),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    // Strides of axes of size 1 may be anything.
    [Fact]
    public void CropOfOneRow_GivesTheStridesOfBatchNorm2d()
    {
        using var scope = NewDisposeScope();
        var x = randn(1, 1, 4, 22).narrow(2, 1, 1).narrow(3, 1, 20);
        Assert.Equal(nn.BatchNorm2d(1).forward(x).stride(), pbn.PatchBatchNorm2d(1).forward(x).stride());
    }

    [Fact]
    public void AnyShapeChannelsLast_KeepsTheStridesOfBatchNorm2d() => Batch.Any.Sample(
        batch =>
        {
            using var scope = NewDisposeScope();
            var (patch, plain) = batch.Layers(ScalarType.Float32);
            var x = batch.Input(ScalarType.Float32).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            Assert.Equal(plain.forward(x).stride(), patch.forward(x).stride());
        },
        iter: 150);

    [Theory]
    [InlineData(0, 3, 4, 4)]
    [InlineData(2, 3, 0, 4)]
    [InlineData(2, 3, 4, 0)]
    public void EmptyInput_IsTreatedAsByBatchNorm2d(long n, long c, long h, long w)
    {
        using var scope = NewDisposeScope();
        var (patch, plain) = new Batch(n, c, h, w, (2, 2), 0.5, 1).Layers(ScalarType.Float32);
        Assert.Equal(plain.forward(zeros(n, c, h, w)).shape, patch.forward(zeros(n, c, h, w)).shape);
        Expect.SameState(plain, patch);
    }

    [Fact]
    public void PatchOfOneValue_IsAnErrorThatNamesShapeAndGridAndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3, grid: (4, 5));
        var error = Assert.Throws<ArgumentException>(() => layer.forward(ones(1, 3, 7, 5)));
        Assert.Contains("(1, 3, 7, 5)", error.Message);
        Assert.Contains("4x5", error.Message);
        Assert.Equal(0, layer.num_batches_tracked!.to(ScalarType.Int64).item<long>());
        layer.eval();
        Assert.Equal([1, 3, 7, 5], layer.forward(ones(1, 3, 7, 5)).shape);
        layer.train();
        layer.grid = (3, 2);
        Assert.Equal([1, 3, 7, 5], layer.forward(ones(1, 3, 7, 5)).shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WrongInput_IsAnErrorThatNamesWhatWasGivenAndExpected(bool training)
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3);
        layer.train(training);
        Refuses(ones(3, 8, 8), "(N, 3, H, W)", "3-D (3, 8, 8)");
        Refuses(ones([2, 3, 4, 8, 8]), "(N, 3, H, W)", "5-D (2, 3, 4, 8, 8)");
        Refuses(ones(2, 4, 8, 8), "Expected 3 channels", "4 channels in (2, 4, 8, 8)");
        Refuses(ones(2, 3, 8, 8, ScalarType.Float64), "Float32", "Float64");
        Refuses(ones(2, 3, 8, 8, ScalarType.Int32), "Float32", "Int32");
        Refuses(ones(2, 3, 8, 8, device: new Device("meta")), "cpu", "meta");
        Assert.Equal(0, layer.num_batches_tracked!.to(ScalarType.Int64).item<long>());

        void Refuses(Tensor input, string expected, string given)
        {
            var error = Assert.Throws<ArgumentException>(() => layer.forward(input));
            Assert.Contains(expected, error.Message);
            Assert.Contains(given, error.Message);
        }
    }

    [Fact]
    public void NarrowModule_RefusesAWideInput()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3, dtype: ScalarType.BFloat16);
        var error = Assert.Throws<ArgumentException>(() => layer.forward(ones(2, 3, 8, 8)));
        Assert.Contains("Expected an input of type BFloat16", error.Message);
        Assert.Contains("got Float32", error.Message);
    }

    [Fact]
    public void Forward_LeavesOneTensorBehindAndNoneOnError()
    {
        foreach (var (affine, tracked) in Kinds)
        {
            using var layer = pbn.PatchBatchNorm2d(3, affine: affine, track_running_stats: tracked, grid: (3, 2));
            using var x = randn(2, 3, 7, 8).requires_grad_();
            using var half = x.detach().to(ScalarType.BFloat16);
            using var transposed = x.detach().transpose(2, 3);
            foreach (var input in (Tensor[])[x, half, transposed])
            {
                layer.forward(input).Dispose();
                var before = LiveTensors.OfThisThread;
                for (var step = 0; step < 5; step++)
                {
                    layer.forward(input).Dispose();
                }

                Assert.Equal(before, LiveTensors.OfThisThread);
            }

            layer.momentum = null;
            var live = LiveTensors.OfThisThread;
            layer.forward(x).Dispose();
            layer.grid = (7, 8);
            using var one = randn(1, 3, 7, 8);
            Assert.Throws<ArgumentException>(() => layer.forward(one));
            Assert.Equal(live + 1, LiveTensors.OfThisThread);
        }
    }

    [Fact]
    public void Output_BelongsToTheCallersDisposeScope()
    {
        using var layer = pbn.PatchBatchNorm2d(3);
        using var x = randn(2, 3, 4, 4);
        Tensor y;
        using (NewDisposeScope())
        {
            y = layer.forward(x);
            Assert.False(y.IsInvalid);
        }

        Assert.True(y.IsInvalid);
        Assert.False(layer.running_mean!.IsInvalid);
    }

    [Fact]
    public void InASequential_TrainsUnderAnOptimizer()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var model = nn.Sequential(
            ("conv", nn.Conv2d(1, 4, 3, padding: 1)),
            ("norm", pbn.PatchBatchNorm2d(4, grid: (2, 2))),
            ("relu", nn.ReLU()),
            ("pool", nn.AdaptiveAvgPool2d(1)),
            ("flatten", nn.Flatten()),
            ("head", nn.Linear(4, 2)));
        var optimizer = optim.SGD(model.parameters(), 0.1);
        var x = randn([16, 1, 8, 8], generator: generator);
        var label = (x.mean([1, 2, 3]) > 0).to(ScalarType.Int64);
        var losses = new List<float>();
        for (var step = 0; step < 30; step++)
        {
            optimizer.zero_grad();
            using var loss = nn.functional.cross_entropy(model.forward(x), label);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.All(losses, loss => Assert.True(float.IsFinite(loss)));
        Assert.True(losses[^1] < losses[0]);
    }
}
