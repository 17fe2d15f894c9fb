using CsCheck;
using PbnRewriter.Runtime.Cuda;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>
/// The kernels for GPUs, run on the CPU by the layer's own code: all layouts, types and memory formats, by each way that a
/// GPU of whatever size would go, against the float64 reference within the rounding errors that it derives.
/// </summary>
public sealed class CudaKernelTests
{
    private const double Momentum = 0.3;

    /// <summary>GPUs from one that has room for nothing on chip and keeps no channel in its cache to one that has for all.</summary>
    private static readonly Gen<CudaLimits> Limits = Gen.Select(
        Gen.OneOf(Gen.Const(1), Gen.Const(2), Gen.Const(8), Gen.Const(132)),
        Gen.Frequency((2, Gen.Const(0)), (2, Gen.Int[4 << 10, 48 << 10]), (2, Gen.Const(227 << 10))),
        Gen.OneOf(Gen.Const(0), Gen.Const(4 << 10), Gen.Const(40 << 10), Gen.Const(50 << 20)),
        Gen.OneOf(Gen.Const(0L), Gen.Const(1L)),
        (multiprocessors, sharedMemory, cache, bandwidth) =>
            new CudaLimits(multiprocessors, Math.Max(sharedMemory, 1), cache, bandwidth));

    private static readonly Gen<Case> Cases = Gen.Select(
        Situation.Trainable,
        Gen.Frequency((3, Gen.Const(1)), (1, Gen.Int[2, 20])),
        Gen.Enum<PatchLayout>(),
        Gen.Enum<PatchStatistics>(),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool),
        Limits,
        (situation, times, layout, statistics, has, limits) => new Case(
            situation with
            {
                Batch = situation.Batch with
                {
                    N = situation.Batch.N * times,
                    C = has.Item4 ? (situation.Batch.C + 7) / 8 * 8 : situation.Batch.C,
                },
            },
            layout,
            statistics,
            has.Item1,
            has.Item2,
            has.Item3,
            limits))
        .Where(any => any.Situation.Batch is var batch && batch.N * batch.C * batch.H * batch.W < 12000);

    [HostTheory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void AnyLayoutAndStatistics_MatchTheReferenceWithinRounding(ScalarType dtype) =>
        Cases.Sample(
            any =>
            {
                if (any.Splits() is { } splits)
                {
                    Match(any, splits, dtype);
                }
            },
            iter: 50);

    [HostFact]
    public void EachWayThatThePlanHas_MatchesTheReference() => Assert.Empty(Ways().Except(TakeEachWay(ScalarType.Float32)));

    // Under AddressSanitizer: the tensors and the blocks' shared memory are as large as they are.
    [SanitizerFact]
    public void EachWayThatThePlanHas_UsesOnlyTheMemoryThatItIsGiven()
    {
        var (exitCode, output, error) = ChildProcess.Run(
            nameof(CudaKernelTests),
            $"{ScalarType.Float32} {ScalarType.BFloat16}",
            (HostDriver.SanitizedVariable, HostDriver.Build("-O0", "-g", "-fsanitize=address")),
            ("LD_PRELOAD", HostDriver.Sanitizer!),
            ("DOTNET_TieredCompilation", "1"),
            ("DOTNET_GCgen0size", "4000000"),
            ("ASAN_OPTIONS", "detect_leaks=0:handle_segv=0:use_sigaltstack=0"));
        Assert.True(exitCode == 0, error);
        Assert.Empty(Ways().Except(output.Split('\n')));
    }

    /// <summary>Takes each way in this process, with some types, and tells which there were, a line each.</summary>
    public static string Sample(string dtypes) =>
        string.Join('\n', dtypes.Split(' ').SelectMany(dtype => TakeEachWay(Enum.Parse<ScalarType>(dtype))));

    // The host's driver changes the order of threads and blocks from launch to launch.
    [HostFact]
    public void OrderOfThreadsAndBlocks_HasNoSayInAnyBit() => Cases.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            if (any.Splits() is { } splits)
            {
                var (first, second) = (Train(any, splits, ScalarType.Float32), Train(any, splits, ScalarType.Float32));
                Assert.All(first, result => Expect.SameBits(result.Value, second[result.Key]));
            }
        },
        iter: 20);

    [HostFact]
    public void GradientsThatNobodyAsksFor_HaveNoSayInTheOthers() => Gen.Select(Cases, Gen.Int[1, 6]).Sample(
        (any, asked) =>
        {
            using var scope = NewDisposeScope();
            var affine = any with { Affine = true };
            if (affine.Splits() is { } splits)
            {
                var (all, some) = (
                    Train(affine, splits, ScalarType.Float32), Train(affine, splits, ScalarType.Float32, asked: asked));
                string[] names = ["input gradient", "weight gradient", "bias gradient"];
                for (var i = 0; i < names.Length; i++)
                {
                    Assert.Equal((asked >> i & 1) == 1, some.ContainsKey(names[i]));
                    if (some.TryGetValue(names[i], out var gradient))
                    {
                        // Sums alone may be cut into other tiles.
                        Expect.Close(all[names[i]], gradient, (asked & 1) == 1 ? 0 : 1e-3, names[i]);
                    }
                }
            }
        },
        iter: 20);

    [HostFact]
    public void AnyMemoryFormat_KeepsTheStridesOfBatchNorm2d() => Cases.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            if (any.Splits() is { } splits)
            {
                var (layer, plain) = any.Situation.Layers(ScalarType.Float32);
                var x = any.Situation.Input(ScalarType.Float32);
                var y = CudaPatchBatchNorm.Apply(
                    HostDriver.Device(any.Limits), x, layer.weight, layer.bias, null, splits with { First = Own(splits.First) }, 1e-3);
                Assert.Equal(plain.forward(x).stride(), y.stride());
                GC.KeepAlive(layer);
            }

            static PatchSplit Own(PatchSplit split) => split with { OwnWeight = 1, Selected = null };
        },
        iter: 20);

    [HostTheory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void ParametersAndStatisticsOfAHalfType_AreThoseOfFloat32Rounded(ScalarType dtype) => Cases.Sample(
        any =>
        {
            using var scope = NewDisposeScope();
            any = any with { Affine = true, Tracked = true };
            if (any.Splits() is { } splits)
            {
                var (half, _) = any.Situation.Layers(dtype);
                var (wide, _) = any.Situation.Layers(ScalarType.Float32);
                wide.load_state_dict(half.state_dict().ToDictionary(
                    entry => entry.Key, entry => entry.Value.to(ScalarType.Float32)));
                var (ofHalf, ofWide) = (Train(any, splits, dtype, half), Train(any, splits, dtype, wide));
                Assert.Equal(ofWide.Keys, ofHalf.Keys);
                Assert.All(ofWide, result => Expect.SameBits(result.Value.to(dtype), ofHalf[result.Key]));
            }
        },
        iter: 15);

    [HostFact]
    public void ValueThatIsNoNumber_LeavesTheBitsOfAllOtherPatches() => Gen.Select(Cases, Gen.Int[0, int.MaxValue]).Sample(
        (any, seed) =>
        {
            using var scope = NewDisposeScope();
            var format = any.Situation.Format == MapFormat.Expanded ? MapFormat.Contiguous : any.Situation.Format;
            any = any with
            {
                Situation = any.Situation with { Format = format, Batch = any.Situation.Batch with { GlobalWeight = 0 } },
                Layout = PatchLayout.Random,
            };
            if (any.Splits() is not { } splits)
            {
                return;
            }

            var batch = any.Situation.Batch;
            var random = new Random(seed);
            var (n, c) = (random.NextInt64(batch.N), random.NextInt64(batch.C));
            var (h, w) = (random.NextInt64(batch.H), random.NextInt64(batch.W));
            var clean = Train(any, splits, ScalarType.Float32);
            var dirty = Train(any, splits, ScalarType.Float32, change: x => x[n, c, h, w] = float.NaN);
            var mask = zeros(batch.Shape, ScalarType.Bool);
            var ((top, bottom), (left, right)) = (Strip(splits.First.Cuts.Rows, h), Strip(splits.First.Cuts.Columns, w));
            var patch = mask.select(1, c).narrow(1, top, bottom - top).narrow(2, left, right - left);
            patch.copy_(tensor(true));
            foreach (var what in (string[])["output", "input gradient"])
            {
                Assert.False(dirty[what].masked_select(mask).isfinite().any().item<bool>());
                Expect.SameBitsOutside(mask, clean[what], dirty[what]);
            }

            static (int From, int To) Strip(ReadOnlySpan<int> cuts, long position)
            {
                var part = 0;
                while (cuts[part + 1] <= position)
                {
                    part++;
                }

                return (cuts[part], cuts[part + 1]);
            }
        },
        iter: 20);

    [HostTheory]
    [InlineData(PatchLayout.Even)]
    [InlineData(PatchLayout.Fused)]
    public void ManySteps_LeaveNoTensors(PatchLayout layout)
    {
        using var layer = pbn.PatchBatchNorm2d(8);
        using var x = randn(4, 8, 12, 12).requires_grad_();
        var device = HostDriver.Device(new CudaLimits(2, 48 << 10, 0, 0));
        Step();
        Step();
        var before = LiveTensors.OfThisThread;
        for (var i = 0; i < 10; i++)
        {
            Step();
        }

        Assert.Equal(before, LiveTensors.OfThisThread);

        void Step()
        {
            using var scope = NewDisposeScope();
            var splits = PatchSplits.Draw(x.shape, (2, 2), layout, PatchStatistics.Blended, 0.5);
            var running = new RunningStatistics(layer.running_mean!, layer.running_var!, Momentum);
            CudaPatchBatchNorm.Apply(device, x, layer.weight, layer.bias, running, splits, 1e-3).sum().backward();
        }
    }

    [HostTheory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void SecondDerivative_GoesByTheComposedWay(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var splits = new PatchSplits(new PatchSplit(PatchCuts.Even(6, 8, (2, 2)), 1, null));
        var (kernel, composed) = (SecondDerivative(true), SecondDerivative(false));

        // Of numbers up to the largest; bfloat16 rounds by up to 0.004 of it, a few times.
        var largest = composed.abs().max().to(ScalarType.Float32);
        Expect.Close(
            composed.to(ScalarType.Float32) / largest,
            kernel.to(ScalarType.Float32) / largest,
            dtype == ScalarType.Float32 ? 1e-5 : 0.03);

        Tensor SecondDerivative(bool byKernels)
        {
            using var generator = new Generator(1);
            var x = randn(3, 4, 6, 8, generator: generator).to(dtype).detach().requires_grad_();
            var y = byKernels
                ? CudaPatchBatchNorm.Apply(HostDriver.Device(new CudaLimits(1, 48 << 10, 0, 0)), x, null, null, null, splits, 0.1)
                : Composed.ComposedPatchBatchNorm.Apply(x, null, null, null, splits, 0.1);
            var first = autograd.grad([y.square().mul(y).sum()], [x], retain_graph: true, create_graph: true)[0];
            return autograd.grad([first.square().sum()], [x])[0];
        }
    }

    /// <summary>Draws cases, and runs each that goes a way that none has gone before.</summary>
    private static HashSet<string> TakeEachWay(ScalarType dtype)
    {
        var met = new HashSet<string>();
        Cases.Sample(
            any =>
            {
                if (any.Splits() is not { } splits)
                {
                    return;
                }

                var (shape, last) = (any.Situation.Batch.Shape, any.Situation.Format == MapFormat.ChannelsLast);
                var before = met.Count;
                foreach (var maps in (int[])[1, 2])
                {
                    var size = dtype == ScalarType.Float32 ? 4 : 2;
                    var plan = CudaPlan.For(shape, last, size, maps, !any.IsShifted, true, splits, any.Limits);
                    var way = plan.Lanes == 1 ? "elements" : !plan.OnChip ? "two passes" : plan.TileIsPatch ? "patches" : "channels";
                    var format = last ? "channels last" : "contiguous";
                    met.Add($"{way}, {format}, {any.Layout}");
                    met.Add($"{way}, {format}, tiles of a map {Number(plan.MapTiles)}");
                    met.Add($"{way}, {format}, channels of a tile {Number(plan.TileChannels)}");
                    met.Add($"{way}, launches {Number(shape[1] - plan.LaunchChannels + 1)}");
                    met.Add($"{way}, groups {Number(plan.Groups)}");
                    met.Add($"{way}, threads of a place {Number(plan.ImageLanes)}");
                    met.Add($"{way}, threads of a pair {Number(plan.PairLanes)}");
                }

                if (met.Count > before)
                {
                    Match(any, splits, dtype);
                }
            },
            iter: 20000,
            threads: 1);
        return met;

        static string Number(long count) => count > 1 ? "many" : "1";
    }

    private static IEnumerable<string> Ways()
    {
        foreach (var way in (string[])["elements", "two passes", "patches", "channels"])
        {
            foreach (var format in (string[])["contiguous", "channels last"])
            {
                // Where patches differ from channel to channel, a tile of several has no patch.
                yield return $"{way}, {format}, Even";
                if (way != "patches" || format == "contiguous")
                {
                    yield return $"{way}, {format}, Fused";
                }
            }

            yield return $"{way}, threads of a place 1";
            yield return $"{way}, threads of a place many";
            yield return $"{way}, threads of a pair many";
        }

        foreach (var way in (string[])["elements", "two passes"])
        {
            yield return $"{way}, launches many";
            yield return $"{way}, groups many";
            yield return $"{way}, threads of a pair 1";
            yield return $"{way}, contiguous, tiles of a map many";
            yield return $"{way}, channels last, tiles of a map many";
            yield return $"{way}, contiguous, channels of a tile many";
            yield return $"{way}, channels last, channels of a tile many";
        }

        yield return "channels, contiguous, channels of a tile many";
        yield return "patches, channels last, channels of a tile many";
    }

    private static void Match(Case any, PatchSplits splits, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (situation, batch, affine, tracked) = (any.Situation, any.Situation.Batch, any.Affine, any.Tracked);
        var (patch, _) = situation.Layers(ScalarType.Float32, affine, tracked);
        var x = any.Shift(situation.Input(dtype)).detach().requires_grad_();
        var dy = situation.OutputGradient(dtype);
        var reference = new ReferencePatchBatchNorm(
            Expect.Values(x),
            batch.Shape,
            channel => ReferencePatchBatchNorm.Split.Of(splits.Of(channel)),
            ValuesOf(patch.weight),
            ValuesOf(patch.bias),
            ValuesOf(patch.running_mean),
            ValuesOf(patch.running_var),
            situation.Eps,
            Math.Pow(2, -24));
        var running = tracked ? new RunningStatistics(patch.running_mean!, patch.running_var!, Momentum) : null;
        var y = CudaPatchBatchNorm.Apply(
            HostDriver.Device(any.Limits), x, patch.weight, patch.bias, running, splits, situation.Eps);
        y.backward([dy]);

        var gradients = reference.Backward(Expect.Values(dy));
        Assert.Equal(dtype, y.dtype);
        Expect.Within(Rounded(reference.Output), y, "output");
        Expect.Within(Rounded(gradients.Input), x.grad, "input gradient");
        if (affine)
        {
            Expect.Within(gradients.Weight, patch.weight!.grad, "weight gradient");
            Expect.Within(gradients.Bias, patch.bias!.grad, "bias gradient");
        }

        if (tracked)
        {
            var (mean, variance) = reference.Running(Momentum);
            Expect.Within(mean, patch.running_mean, "running mean");
            Expect.Within(variance, patch.running_var, "running variance");
        }

        GC.KeepAlive(patch);

        Bounded Rounded(Bounded exact) => exact with
        {
            Errors = [.. exact.Errors.Zip(exact.Values, (error, value) => error + RoundingOf(dtype, Math.Abs(value) + error))],
        };
    }

    /// <summary>All that a forward and a backward give, the gradients of what is asked for: input, weight, bias.</summary>
    private static Dictionary<string, Tensor> Train(
        Case any,
        PatchSplits splits,
        ScalarType dtype,
        PatchBatchNorm2d? layer = null,
        Action<Tensor>? change = null,
        int asked = 7)
    {
        layer ??= any.Situation.Layers(ScalarType.Float32, any.Affine, any.Tracked).Patch;
        var x = any.Shift(any.Situation.Input(dtype)).detach();
        change?.Invoke(x);
        var results = new Dictionary<string, Tensor>();
        (string Name, Tensor? Tensor)[] variables = [("input", x), ("weight", layer.weight), ("bias", layer.bias)];
        for (var i = 0; i < variables.Length; i++)
        {
            variables[i].Tensor?.requires_grad_((asked >> i & 1) == 1);
        }

        var running = any.Tracked ? new RunningStatistics(layer.running_mean!, layer.running_var!, Momentum) : null;
        results["output"] = CudaPatchBatchNorm.Apply(
            HostDriver.Device(any.Limits), x, layer.weight, layer.bias, running, splits, any.Situation.Eps);
        results["output"].backward([any.Situation.OutputGradient(dtype)]);
        foreach (var (name, tensor) in variables)
        {
            if (tensor?.grad is { } gradient)
            {
                results[$"{name} gradient"] = gradient.clone();
            }
        }

        if (any.Tracked)
        {
            results["running mean"] = layer.running_mean!.clone();
            results["running variance"] = layer.running_var!.clone();
        }

        // A module that nobody holds is finalized, and takes its parameters along.
        GC.KeepAlive(layer);
        return results;
    }

    /// <summary>How far a value of a half type may be from the one that it is rounded from.</summary>
    private static double RoundingOf(ScalarType dtype, double value) => dtype switch
    {
        ScalarType.Float16 => Math.Max(value * Math.Pow(2, -11), Math.Pow(2, -25)),
        ScalarType.BFloat16 => value * Math.Pow(2, -8),
        _ => 0,
    };

    private static double[]? ValuesOf(Tensor? tensor) => tensor is null ? null : Expect.Values(tensor);

    /// <summary>
    /// What the kernels are run on, and as on which GPU. Contiguous maps that are shifted begin one value behind a multiple of
    /// 16 bytes.
    /// </summary>
    private sealed record Case(
        Situation Situation,
        PatchLayout Layout,
        PatchStatistics Statistics,
        bool Affine,
        bool Tracked,
        bool IsShifted,
        CudaLimits Limits)
    {
        /// <summary>Splits that training takes, or null.</summary>
        public PatchSplits? Splits()
        {
            var batch = Situation.Batch;
            var splits = PatchSplits.Draw(batch.Shape, batch.Grid, Layout, Statistics, Tracked ? batch.GlobalWeight : 0);
            return splits.SmallestArea * batch.N < 2 ? null : splits;
        }

        public Tensor Shift(Tensor maps)
        {
            if (!IsShifted || !maps.is_contiguous())
            {
                return maps;
            }

            var shifted = empty(maps.numel() + 1, maps.dtype).narrow(0, 1, maps.numel()).view(maps.shape);
            return shifted.copy_(maps);
        }
    }
}
