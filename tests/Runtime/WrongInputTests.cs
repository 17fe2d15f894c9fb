using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// What cannot be computed is refused: the message says what was given and what was expected, no buffer changes, and no
/// tensor stays behind.
/// </summary>
public sealed class WrongInputTests
{
    private const PatchStatistics NoStatistics = (PatchStatistics)7;
    private const PatchLayout NoLayout = (PatchLayout)7;

    public static TheoryData<PatchStatistics, PatchLayout, long> Settings { get; } = new()
    {
        { PatchStatistics.Blended, PatchLayout.Even, 0 },
        { PatchStatistics.Selected, PatchLayout.Random, 0 },
        { PatchStatistics.Selected, PatchLayout.Fused, 0 },
        { PatchStatistics.Blended, PatchLayout.Even, 10 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void ModuleGivenAnInputThatDoesNotFit_RefusesItInBothModes(
        PatchStatistics statistics, PatchLayout layout, long warmup)
    {
        using var scope = NewDisposeScope();
        foreach (var training in (bool[])[true, false])
        {
            using var layer = pbn.PatchBatchNorm2d(3, statistics: statistics, layout: layout, warmup_batches: warmup);
            layer.train(training);
            Refuses(layer, ones(3), "Expected a 4-D input of shape (N, 3, H, W), but got 1-D (3).");
            Refuses(layer, ones(3, 8, 8), "Expected a 4-D input of shape (N, 3, H, W), but got 3-D (3, 8, 8).");
            Refuses(layer, ones([2, 3, 4, 8, 8]), "(N, 3, H, W), but got 5-D (2, 3, 4, 8, 8).");
            Refuses(layer, ones(2, 4, 8, 8), "(N, 3, H, W), but got 4 channels in (2, 4, 8, 8).");
            Refuses(layer, ones(2, 0, 8, 8), "(N, 3, H, W), but got 0 channels in (2, 0, 8, 8).");
            Refuses(layer, ones(0, 4, 8, 8), "(N, 3, H, W), but got 4 channels in (0, 4, 8, 8).");
            Refuses(layer, ones(2, 3, 8, 8, float64), "Float32, Float16 or BFloat16", "but got Float64");
            Refuses(layer, ones(2, 3, 8, 8, int64), "Float32, Float16 or BFloat16", "but got Int64");
            Refuses(layer, zeros(2, 3, 8, 8, complex64), "Float32, Float16 or BFloat16", "but got ComplexFloat32");
            Refuses(layer, ones(2, 3, 8, 8, device: new Device("meta")), "an input on cpu", "got one on meta");
        }
    }

    [Fact]
    public void ModuleOfHalfType_RefusesAnotherHalfTypeAndWideOnes()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3, dtype: bfloat16);
        Refuses(layer, ones(2, 3, 8, 8), "type BFloat16 for a module of type BFloat16", "got Float32");
        Refuses(layer, ones(2, 3, 8, 8, float16), "type BFloat16 for a module of type BFloat16", "got Float16");
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void PatchOfOneValue_IsRefusedInTrainingAlone(PatchStatistics statistics, PatchLayout layout, long warmup)
    {
        using var scope = NewDisposeScope();
        foreach (var tracked in (bool[])[true, false])
        {
            using var layer = pbn.PatchBatchNorm2d(
                3, track_running_stats: tracked, statistics: statistics, layout: layout, warmup_batches: warmup);
            Refuses(layer, ones(1, 3, 1, 1), "at least two values per channel", "shape (1, 3, 1, 1)", "larger batch");
            using var two = layer.forward(ones(2, 3, 1, 1));
            if (tracked)
            {
                layer.eval();
                using var one = layer.forward(ones(1, 3, 1, 1));
            }
        }
    }

    [Fact]
    public void PatchOfOneValueInTheFunctionalForm_IsRefusedWithShapeAndGrid()
    {
        using var scope = NewDisposeScope();
        var (mean, variance) = (zeros(3), ones(3));
        Refuses(ones(1, 3, 2, 1), PatchLayout.Even, (2, 1), "shape (1, 3, 2, 1)", "grid of 2x1");
        Refuses(ones(1, 3, 1, 1), PatchLayout.Even, (4, 5), "shape (1, 3, 1, 1)", "grid of 4x5");
        Refuses(ones(1, 3, 1, 1), PatchLayout.Random, (4, 5), "shape (1, 3, 1, 1)", "grid of 4x5");
        Refuses(ones(1, 3, 1, 1), PatchLayout.Fused, (4, 5), "shape (1, 3, 1, 1)", "fused layout");

        void Refuses(Tensor input, PatchLayout layout, PatchGrid grid, params string[] said) =>
            RefusesCall<ArgumentException>(
                "input",
                [mean, variance],
                () => pbn.functional.patch_batch_norm(
                    input, mean, variance, training: true, grid: grid, layout: layout),
                said);
    }

    [Fact]
    public void FunctionalFormGivenAnInputThatDoesNotFit_RefusesItInBothModes()
    {
        using var scope = NewDisposeScope();
        var (mean, variance, weight, bias) = (zeros(3), ones(3), ones(3), zeros(3));
        foreach (var training in (bool[])[true, false])
        {
            void Refuses(Tensor input, params string[] said) => RefusesCall<ArgumentException>(
                "input",
                [mean, variance, weight, bias],
                () => pbn.functional.patch_batch_norm(input, mean, variance, weight, bias, training),
                said);

            Refuses(ones(3, 8, 8), "Expected a 4-D input of shape (N, 3, H, W), but got 3-D (3, 8, 8).");
            Refuses(ones([2, 3, 4, 8, 8]), "(N, 3, H, W), but got 5-D (2, 3, 4, 8, 8).");
            Refuses(ones(2, 4, 8, 8), "(N, 3, H, W), but got 4 channels in (2, 4, 8, 8).");
            Refuses(ones(2, 3, 8, 8, float64), "Float32", "but got Float64");
            Refuses(ones(2, 3, 8, 8, device: new Device("meta")), "an input on cpu", "got one on meta");
        }
    }

    [Fact]
    public void FunctionalFormWithoutAnyState_StillNamesTheShapeItExpects()
    {
        using var input = ones(3, 8, 8);
        RefusesCall<ArgumentException>(
            "input",
            [],
            () => pbn.functional.patch_batch_norm(input, null, null, training: true),
            "Expected a 4-D input of shape (N, C, H, W), but got 3-D (3, 8, 8).");
    }

    [Theory]
    [InlineData("weight")]
    [InlineData("bias")]
    [InlineData("running_mean")]
    [InlineData("running_var")]
    public void StateOfAnotherLength_IsRefusedWithBothCounts(string wrong)
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, 8, 8);
        var states = new[] { "running_mean", "running_var", "weight", "bias" }
            .ToDictionary(name => name, name => ones(name == wrong ? 5 : 3));
        foreach (var training in (bool[])[true, false])
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => pbn.functional.patch_batch_norm(
                x, states["running_mean"], states["running_var"], states["weight"], states["bias"], training));
            Assert.Contains("3", error.Message);
            Assert.Contains("5", error.Message);
            Assert.All(states.Values, state => Assert.True(state.eq(1).all().item<bool>()));
        }
    }

    [Theory]
    [InlineData("weight")]
    [InlineData("bias")]
    [InlineData("running_mean")]
    [InlineData("running_var")]
    public void StateOfAnotherTypeOrDevice_IsRefused(string wrong)
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, 8, 8);
        string[] names = ["running_mean", "running_var", "weight", "bias"];
        foreach (var training in (bool[])[true, false])
        {
            Refuses(ones(3, float64), "Float64", "Float32");
            Refuses(ones(3, device: new Device("meta")), "meta", "cpu");

            void Refuses(Tensor state, params string[] said)
            {
                var states = names.Select(name => name == wrong ? state : ones(3)).ToArray();
                RefusesCall<ArgumentException>(
                    "input",
                    [.. states.Where(other => other.device_type == DeviceType.CPU)],
                    () => pbn.functional.patch_batch_norm(x, states[0], states[1], states[2], states[3], training),
                    said);
            }
        }
    }

    [Fact]
    public void OneRunningStatisticWithoutTheOther_IsRefusedWithTheOneThatIsMissing()
    {
        using var scope = NewDisposeScope();
        var (x, one) = (ones(2, 3, 8, 8), ones(3));
        foreach (var training in (bool[])[true, false])
        {
            RefusesCall<ArgumentException>(
                "running_var",
                [one],
                () => pbn.functional.patch_batch_norm(x, one, null, training: training),
                "both running statistics or neither",
                "running_mean alone");
            RefusesCall<ArgumentException>(
                "running_mean",
                [one],
                () => pbn.functional.patch_batch_norm(x, null, one, training: training),
                "both running statistics or neither",
                "running_var alone");
        }
    }

    [Fact]
    public void EvaluationWithoutRunningStatistics_IsRefused()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3, 8, 8);
        RefusesCall<ArgumentException>(
            "running_mean",
            [],
            () => pbn.functional.patch_batch_norm(x, null, null),
            "Expected running statistics in evaluation, but got none",
            "training: true");
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void GlobalWeightOutOfRange_IsRefusedEverywhere(double weight)
    {
        using var scope = NewDisposeScope();
        var (x, mean, variance) = (ones(2, 3, 8, 8), zeros(3), ones(3));
        using var layer = pbn.PatchBatchNorm2d(2, global_weight: 0.25);
        using var model = nn.Sequential(nn.BatchNorm2d(2));
        var norm = model[0];
        Refuses(() => pbn.PatchBatchNorm2d(2, global_weight: weight));
        Refuses(() => layer.global_weight = weight);
        Refuses(() => pbn.functional.patch_batch_norm(x, mean, variance, training: true, global_weight: weight));
        Refuses(() => pbn.functional.patch_batch_norm(x, mean, variance, training: false, global_weight: weight));
        Refuses(() => pbn.convert_patch_batchnorm(model, global_weight: weight));
        Assert.Equal(0.25, layer.global_weight);
        Assert.Same(norm, model[0]);

        void Refuses(Func<object> call)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.Equal("global_weight", error.ParamName);
            Assert.Equal(weight, error.ActualValue);
            Assert.Contains("between 0 and 1", error.Message);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void WarmupBatchesBelowZero_AreRefusedAtConstructionAndWhenSet(long batches)
    {
        using var layer = pbn.PatchBatchNorm2d(2, warmup_batches: 3);
        foreach (var call in (Func<object>[])
            [() => pbn.PatchBatchNorm2d(2, warmup_batches: batches), () => layer.warmup_batches = batches])
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.Equal("warmup_batches", error.ParamName);
            Assert.Equal(batches, error.ActualValue);
            Assert.Contains("0 or more", error.Message);
        }

        Assert.Equal(3, layer.warmup_batches);
    }

    [Fact]
    public void UndefinedEnumValue_IsRefusedWithThoseThatThereAre()
    {
        using var scope = NewDisposeScope();
        var (x, mean, variance) = (ones(2, 3, 8, 8), zeros(3), ones(3));
        using var layer = pbn.PatchBatchNorm2d(2, statistics: PatchStatistics.Selected, layout: PatchLayout.Random);
        Refuses("statistics", "Blended, Selected", () => pbn.PatchBatchNorm2d(2, statistics: NoStatistics));
        Refuses("statistics", "Blended, Selected", () => layer.statistics = NoStatistics);
        Refuses("layout", "Even, Random, Fused", () => pbn.PatchBatchNorm2d(2, layout: NoLayout));
        Refuses("layout", "Even, Random, Fused", () => layer.layout = NoLayout);
        Assert.Equal(PatchStatistics.Selected, layer.statistics);
        Assert.Equal(PatchLayout.Random, layer.layout);
        foreach (var training in (bool[])[true, false])
        {
            Refuses("statistics", "Blended, Selected", () => pbn.functional.patch_batch_norm(
                x, mean, variance, training: training, statistics: NoStatistics));
            Refuses("layout", "Even, Random, Fused", () => pbn.functional.patch_batch_norm(
                x, mean, variance, training: training, layout: NoLayout));
        }

        static void Refuses(string parameter, string names, Func<object> call)
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.Equal(parameter, error.ParamName);
            Assert.Contains("7", error.Message);
            Assert.Contains(names, error.Message);
        }
    }

    [Fact]
    public void GridBelowOne_IsRefusedEverywhere()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(2, grid: (3, 4));
        using var model = nn.Sequential(nn.BatchNorm2d(2));
        Refuses(() => pbn.PatchBatchNorm2d(2, grid: (0, 2)));
        Refuses(() => layer.grid = (2, 0));
        Refuses(() => pbn.functional.patch_batch_norm(ones(2, 3, 8, 8), null, null, training: true, grid: (-1, 2)));
        Refuses(() => pbn.convert_patch_batchnorm(model, grid: (2, -5)));
        Assert.Equal((3, 4), layer.grid);
        Assert.IsType<BatchNorm2d>(model[0]);

        static void Refuses(Func<object> call) =>
            Assert.Contains("at least one row", Assert.Throws<ArgumentOutOfRangeException>(call).Message);
    }

    [Fact]
    public void NullInputOrModule_IsRefusedByName()
    {
        RefusesCall<ArgumentNullException>(
            "input", [], () => pbn.functional.patch_batch_norm(null!, null, null, training: true));
        RefusesCall<ArgumentNullException>("module", [], () => pbn.convert_patch_batchnorm(null!));
        RefusesCall<ArgumentNullException>("module", [], () => pbn.revert_patch_batchnorm(null!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NullInputOfTheModule_IsRefusedByName(bool training)
    {
        using var layer = pbn.PatchBatchNorm2d(3);
        layer.train(training);
        RefusesCall<ArgumentNullException>("input", [.. layer.state_dict().Values], () => layer.forward(null!));
    }

    [Theory]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Bool)]
    [InlineData(ScalarType.ComplexFloat32)]
    public void InputOfNoRealTypeWithoutAnyState_IsRefused(ScalarType dtype)
    {
        using var layer = pbn.PatchBatchNorm2d(3, affine: false, track_running_stats: false);
        using var input = zeros(2, 3, 4, 4, dtype);
        RefusesCall<ArgumentException>("input", [], () => layer.forward(input), $"{dtype}");
        RefusesCall<ArgumentException>(
            "input", [], () => pbn.functional.patch_batch_norm(input, null, null, training: true), $"{dtype}");
    }

    private static void Refuses(PatchBatchNorm2d layer, Tensor input, params string[] said) =>
        RefusesCall<ArgumentException>("input", [.. layer.state_dict().Values], () => layer.forward(input), said);

    private static void RefusesCall<T>(string parameter, Tensor[] states, Func<object> call, params string[] said)
        where T : ArgumentException
    {
        var before = states.Select(state => state.clone()).ToArray();
        var live = LiveTensors.OfThisThread;
        var error = Record.Exception(call);
        var left = LiveTensors.OfThisThread - live;
        var refusal = Assert.IsType<T>(error);
        Assert.Equal(parameter, refusal.ParamName);
        Assert.All(said, part => Assert.Contains(part, refusal.Message));
        Assert.True(left == 0, $"{left} tensors stayed behind: {refusal.Message}");
        foreach (var (expected, state) in before.Zip(states))
        {
            Expect.SameBits(expected, state);
        }
    }
}
