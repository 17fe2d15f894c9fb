using System.Diagnostics.CodeAnalysis;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// BatchNorm2d of a finished model becomes PatchBatchNorm2d and comes back: wherever it is held, with all that it has,
/// and all of them or none.
/// </summary>
public sealed class ModuleConversionTests
{
    private static readonly Dictionary<string, Func<Net>> s_models = new()
    {
        ["unnamed Sequential"] = () => Sequential(Conv(), Norm(), ReLU(), Conv(), Norm()),
        ["named Sequential"] = () => Sequential(("conv", Conv()), ("bn", Norm()), ("relu", ReLU()), ("bn2", Norm())),
        ["nested Sequential"] = () => Sequential(
            ("stem", Sequential(Conv(), Norm())),
            ("body", Sequential(("block", Sequential(Norm(), Conv())), ("bn", Norm())))),
        ["ModuleList"] = () => new Listed(),
        ["ModuleDict"] = () => new Keyed(),
        ["typed fields"] = () => new Typed(),
        ["fields of a base class"] = () => new Derived(),
        ["properties"] = () => new WithProperties(),
        ["field of type object"] = () => new Untyped(),
        ["collections"] = () => new Collected(),
        ["tuples"] = () => new Tupled(),
        ["module shared by two fields"] = () => new Shared(),
        ["block used twice"] = () => new UsedTwice(),
        ["block of its own type in a Sequential"] = () => Sequential(Conv(), new Typed(), new Derived()),
    };

    public static TheoryData<string> Models => [.. s_models.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void ConvertedModel_IsTheSameInAllButTheType(string name)
    {
        using var model = Prepared(name);
        using var scope = NewDisposeScope();
        var before = Snapshot.Of(model);
        var old = before.Norms;
        Assert.NotEmpty(old);

        Assert.Same(model, pbn.convert_patch_batchnorm(model, grid: (3, 2), global_weight: 0.25));

        var after = Snapshot.Of(model);
        after.HasStateOf(before);
        Assert.Equal(
            before.Types.Select(type => type == typeof(BatchNorm2d) ? typeof(PatchBatchNorm2d) : type), after.Types);
        Assert.Equal(before.Outputs, after.Outputs);
        Assert.All(after.Norms, norm =>
        {
            var patch = Assert.IsType<PatchBatchNorm2d>(norm);
            Assert.Equal((3, 2), patch.grid);
            Assert.Equal(0.25, patch.global_weight);
        });
        Assert.All(old, norm => Assert.True(IsDisposed(norm)));
        Assert.All(model.state_dict().Values, value => Assert.False(value.IsInvalid));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void RevertedModel_IsTheOriginal(string name)
    {
        using var model = Prepared(name);
        using var scope = NewDisposeScope();
        var before = Snapshot.Of(model);
        pbn.convert_patch_batchnorm(model);
        var converted = Snapshot.Of(model).Norms;

        Assert.Same(model, pbn.revert_patch_batchnorm(model));

        var after = Snapshot.Of(model);
        after.HasStateOf(before);
        Assert.Equal(before.Types, after.Types);
        Assert.Equal(before.Outputs, after.Outputs);
        Assert.All(converted, norm => Assert.True(IsDisposed(norm)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ConvertedModel_TrainsWithItsNewLayers(string name)
    {
        using var model = s_models[name]();
        pbn.convert_patch_batchnorm(model);
        using var scope = NewDisposeScope();
        var layers = Snapshot.Of(model).Norms;

        // Statistics that stay make one function of the model, whose loss falls step by step.
        layers.ForEach(layer => layer.momentum = 0);
        var parameters = model.parameters().ToList();
        Assert.All(layers, layer =>
        {
            Assert.Contains(parameters, parameter => parameter.Handle == layer.weight!.Handle);
            Assert.Contains(parameters, parameter => parameter.Handle == layer.bias!.Handle);
        });
        var before = layers.Select(layer => (layer.weight!.detach().clone(), layer.bias!.detach().clone())).ToList();
        var optimizer = optim.SGD(parameters, 0.02);
        var x = Images(0);
        var target = Images(1).narrow(1, 0, 1);
        var losses = new List<float>();
        for (var step = 0; step < 12; step++)
        {
            using var ofStep = NewDisposeScope();
            optimizer.zero_grad();
            var loss = (model.forward(x).mean([1], keepdim: true) - target).square().mean();
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.True(losses[^1] < losses[0], string.Join(" ", losses));
        Assert.All(layers.Zip(before), pair =>
        {
            Assert.True(pair.First.weight!.ne(pair.Second.Item1).any().item<bool>());
            Assert.True(pair.First.bias!.ne(pair.Second.Item2).any().item<bool>());
            Assert.True(pair.First.num_batches_tracked!.item<long>() >= 12);
        });
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void ModelOfAnotherType_KeepsIt(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(BatchNorm2d(4));
        model.forward(Images(2));
        model.to(dtype);
        var (state, x) = (Copies(model), Images(1).to(dtype));
        model.eval();
        var expected = model.forward(x);
        pbn.convert_patch_batchnorm(model);
        Expect.SameState(state, model);
        Expect.SameBits(expected, model.forward(x));
        model.train();
        Assert.Equal(dtype, model.forward(x).dtype);
        model.load_state_dict(state);
        pbn.revert_patch_batchnorm(model);
        Expect.SameState(state, model);
        model.eval();
        Expect.SameBits(expected, model.forward(x));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void RootItself_IsReturnedConverted(bool affine, bool tracked)
    {
        using var scope = NewDisposeScope();
        using var norm = BatchNorm2d(4, eps: 0.02, momentum: 0.3, affine: affine, track_running_stats: tracked);
        norm.forward(Images(1));
        var state = Copies(norm);
        norm.eval();
        var expected = norm.forward(Images(2));

        using var patch = Assert.IsType<PatchBatchNorm2d>(pbn.convert_patch_batchnorm(norm, (4, 1), 1));
        Assert.True(IsDisposed(norm));
        Expect.SameState(state, patch);
        Assert.Equal(
            (4L, 0.02, 0.3, affine, tracked, false),
            (patch.num_features, patch.eps, patch.momentum, patch.affine, patch.track_running_stats, patch.training));
        Expect.SameBits(expected, patch.forward(Images(2)));

        using var again = Assert.IsType<BatchNorm2d>(pbn.revert_patch_batchnorm(patch));
        Assert.True(IsDisposed(patch));
        Expect.SameState(state, again);
        Assert.Equal(
            (4L, 0.02, 0.3, affine, tracked, false),
            (again.num_features, again.eps, again.momentum, again.affine, again.track_running_stats, again.training));
        Expect.SameBits(expected, again.forward(Images(2)));
    }

    [Fact]
    public void RootThatTheFilterLeavesOut_IsReturnedAsItIs()
    {
        using var norm = BatchNorm2d(4);
        Assert.Same(norm, pbn.convert_patch_batchnorm(norm, filter: (path, _) => path != ""));
        Assert.False(IsDisposed(norm));
    }

    [Fact]
    public void Filter_SeesEachPathWithItsModuleAndDecides()
    {
        using var model = s_models["nested Sequential"]();
        var modules = model.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        var seen = new List<string>();
        pbn.convert_patch_batchnorm(model, filter: (path, norm) =>
        {
            seen.Add(path);
            Assert.Same(modules[path], norm);
            return path.StartsWith("body.", StringComparison.Ordinal);
        });
        Assert.Equal(["body.block.0", "body.bn", "stem.1"], seen.Order());
        var after = model.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        Assert.Same(modules["stem.1"], after["stem.1"]);
        Assert.IsType<PatchBatchNorm2d>(after["body.block.0"]);
        Assert.IsType<PatchBatchNorm2d>(after["body.bn"]);
    }

    [Fact]
    public void PlacesThatCannotHoldTheNewType_AreAllNamedAndNothingChanges()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("stem", Sequential(Conv(), Norm())), ("body", Sequential(new Stubborn())));
        Assert.Equal(9, Snapshot.Of(model).Norms.Count);
        string[] places =
        [
            "body.0.bn", "body.0.list.0", "body.0.dict.a", "body.0.pair", "body.0.keyed", "body.0.array", "body.0.many",
        ];
        var error = RefusesAndChangesNothing(model, () => pbn.convert_patch_batchnorm(model));
        Assert.All(places, place => Assert.Contains($"  {place}: ", error.Message));
        Assert.Contains("so none was replaced", error.Message);
        Assert.Contains("holds a BatchNorm2d and cannot hold a PatchBatchNorm2d", error.Message);
        Assert.DoesNotContain("body.0.fine", error.Message);
        Assert.DoesNotContain("stem.1", error.Message);

        // Without those, the others go.
        pbn.convert_patch_batchnorm(model, filter: (path, _) => !places.Contains(path));
        Assert.Equal(2, Snapshot.Of(model).Norms.Count(norm => norm is PatchBatchNorm2d));
    }

    [Fact]
    public void FieldOfTheNewType_CannotBeReverted()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("first", pbn.PatchBatchNorm2d(4)), ("second", new Patched()));
        var error = RefusesAndChangesNothing(model, () => pbn.revert_patch_batchnorm(model));
        Assert.Contains("second.bn: ", error.Message);
        Assert.Contains("holds a PatchBatchNorm2d and cannot hold a BatchNorm2d", error.Message);
        Assert.DoesNotContain("first: ", error.Message);
    }

    [Fact]
    public void SharedModuleThatOnePlaceCannotTake_StaysEverywhere()
    {
        using var scope = NewDisposeScope();
        using var model = new SharedWithATypedField();
        var error = RefusesAndChangesNothing(model, () => pbn.convert_patch_batchnorm(model));
        Assert.Contains("Cannot replace 1 of 1", error.Message);
    }

    [Fact]
    public void OtherNormalizations_StayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(
            BatchNorm1d(4), BatchNorm3d(4), InstanceNorm2d(4), GroupNorm(2, 4), new OwnNorm(), BatchNorm2d(4),
            pbn.PatchBatchNorm2d(4, grid: (5, 1), global_weight: 0.1));
        var before = model.children().ToList();
        pbn.convert_patch_batchnorm(model, grid: (2, 2));
        var after = model.children().ToList();
        Assert.Equal(7, after.Count);
        Assert.IsType<PatchBatchNorm2d>(after[5]);
        Assert.All([0, 1, 2, 3, 4, 6], i => Assert.Same(before[i], after[i]));
        Assert.Equal((5, 1), Assert.IsType<PatchBatchNorm2d>(after[6]).grid);

        pbn.revert_patch_batchnorm(model);
        Assert.All([0, 1, 2, 3, 4], i => Assert.Same(before[i], model.children().ElementAt(i)));
        Assert.IsType<BatchNorm2d>(model.children().ElementAt(6));
    }

    [Fact]
    public void ModelWithNothingToReplace_IsReturnedAsItIs()
    {
        using var model = Sequential(Conv(), ReLU());
        var before = model.children().ToList();
        Assert.Same(model, pbn.convert_patch_batchnorm(model));
        Assert.Same(model, pbn.revert_patch_batchnorm(model));
        SameModules(before, model.children());
    }

    [Fact]
    public void SecondConversion_ChangesNothing()
    {
        using var model = s_models["nested Sequential"]();
        pbn.convert_patch_batchnorm(model, (3, 3));
        var modules = model.modules().ToList();
        pbn.convert_patch_batchnorm(model, (2, 2));
        SameModules(modules, model.modules());
    }

    [Fact]
    public void ConvertedInADisposeScope_OutlivesIt()
    {
        using var model = s_models["typed fields"]();
        using (NewDisposeScope())
        {
            pbn.convert_patch_batchnorm(model);
        }

        Assert.All(model.state_dict().Values, value => Assert.False(value.IsInvalid));
        using (NewDisposeScope())
        {
            model.forward(Images(1)).sum().backward();
            pbn.revert_patch_batchnorm(model);
        }

        Assert.All(model.state_dict().Values, value => Assert.False(value.IsInvalid));
    }

    [Fact]
    public void Conversion_LeavesAsManyTensorsAsThereWere()
    {
        using var model = s_models["nested Sequential"]();
        var before = LiveTensors.OfThisThread;
        pbn.convert_patch_batchnorm(model);
        Assert.Equal(before, LiveTensors.OfThisThread);
        pbn.revert_patch_batchnorm(model);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void ConvertedUnderANoGrad_StillTrains()
    {
        using var scope = NewDisposeScope();
        using var model = s_models["named Sequential"]();
        using (no_grad())
        {
            pbn.convert_patch_batchnorm(model);
        }

        Assert.All(model.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    // An assertion of equality would enumerate the containers.
    private static void SameModules(IEnumerable<nn.Module> expected, IEnumerable<nn.Module> actual) =>
        Assert.True(expected.SequenceEqual(actual));

    private static bool IsDisposed(BatchNorm norm) =>
        norm.weight is null or { IsInvalid: true } && norm.running_mean is null or { IsInvalid: true };

    private static InvalidOperationException RefusesAndChangesNothing(Net model, Func<object> call)
    {
        var before = Snapshot.Of(model);
        var (modules, live) = (model.modules().ToList(), LiveTensors.OfThisThread);
        var error = Assert.Throws<InvalidOperationException>(call);
        Assert.Equal(live, LiveTensors.OfThisThread);
        SameModules(modules, model.modules());
        var after = Snapshot.Of(model);
        after.HasStateOf(before);
        Assert.Equal(before.Outputs, after.Outputs);
        return error;
    }

    private static Dictionary<string, Tensor> Copies(nn.Module module) =>
        module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

    /// <summary>A model whose norms each differ in something, past a few batches, some of them frozen.</summary>
    private static Net Prepared(string name)
    {
        var model = s_models[name]();
        using var scope = NewDisposeScope();
        for (var step = 0; step < 3; step++)
        {
            model.forward(Images(step));
        }

        var norms = Snapshot.Of(model).Norms;
        for (var i = 0; i < norms.Count; i++)
        {
            norms[i].train(i % 3 != 1);
            norms[i].momentum = i % 3 == 2 ? null : 0.1 + 0.01 * i;
            norms[i].weight!.requires_grad_(i % 2 == 0);
            norms[i].bias!.requires_grad_(i % 4 < 2);
        }

        return model;
    }

    private static Tensor Images(int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn([2, 4, 7, 6], generator: generator) * (seed + 1) + seed;
    }

    private static Net Conv() => Conv2d(4, 4, 3, padding: 1);

    private static BatchNorm2d Norm() => BatchNorm2d(4, eps: 1e-3);

    /// <summary>All that a model is to those who use it.</summary>
    private sealed record Snapshot(
        List<string> Paths,
        List<Type> Types,
        List<string> State,
        List<byte[]> Values,
        List<string> Settings,
        byte[] Outputs,
        List<BatchNorm> Norms)
    {
        public static Snapshot Of(Net model)
        {
            using var scope = NewDisposeScope();
            var modules = model.named_modules().ToList();
            var state = model.state_dict();
            var norms = modules.Select(entry => entry.module).OfType<BatchNorm>().Distinct().ToList();
            var modes = modules.Select(entry => (entry.module, entry.module.training)).ToList();
            model.eval();
            using var noGradient = no_grad();
            var outputs = model.forward(Images(1)).contiguous().bytes.ToArray();

            // A container sets the mode of its modules too; they come after it.
            modes.ForEach(entry => entry.module.train(entry.training));
            return new Snapshot(
                [.. modules.Select(entry => entry.name)],
                [.. modules.Select(entry => entry.module.GetType())],
                [.. state.Select(entry => $"{entry.Key} {entry.Value.dtype} {entry.Value.requires_grad}")],
                [.. state.Values.Select(value => value.detach().contiguous().bytes.ToArray())],
                [.. modules.Select(entry => SettingsOf(entry.name, entry.module))],
                outputs,
                norms);
        }

        public void HasStateOf(Snapshot other)
        {
            Assert.Equal(other.Paths, Paths);
            Assert.Equal(other.State, State);
            Assert.Equal(other.Values, Values);
            Assert.Equal(other.Settings, Settings);
        }

        private static string SettingsOf(string name, nn.Module module) => module is BatchNorm norm
            ? $"{name} {norm.training} {norm.eps} {norm.momentum} {norm.affine} {norm.track_running_stats}"
            : $"{name} {module.training}";
    }

    private abstract class Model : Net
    {
        protected Model()
            : base("model")
        {
        }
    }

    private sealed class Listed : Model
    {
        private readonly ModuleList<Net> layers = ModuleList<Net>(Conv(), Norm(), Norm());

        public Listed() => RegisterComponents();

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (x, layer) => layer.forward(x));
    }

    private sealed class Keyed : Model
    {
        private readonly ModuleDict<Net> layers = ModuleDict<Net>(("a", Norm()), ("conv", Conv()), ("b", Norm()));

        public Keyed() => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            layers["b"].forward(layers["conv"].forward(layers["a"].forward(input)));
    }

    private sealed class Typed : Model
    {
        private readonly Net asNet = Norm();
        private readonly BatchNorm asBase = Norm();
        private readonly nn.Module asModule = Norm();
        private readonly IModule<Tensor, Tensor> asInterface = Norm();
        private Net changeable = Norm();

        public Typed() => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = asBase.forward(asNet.forward(input));
            return changeable.forward(asInterface.call(((Net)asModule).forward(x)));
        }

        [SuppressMessage("Style", "IDE0051", Justification = "Keeps the field from being readonly.")]
        private void Change() => changeable = Norm();
    }

    private class Base : Model
    {
        private readonly Net bn = Norm();

        protected Base() => RegisterComponents();

        public override Tensor forward(Tensor input) => bn.forward(input);
    }

    private class Middle : Base
    {
        private readonly BatchNorm bn1 = Norm();

        protected Middle() => RegisterComponents();

        public override Tensor forward(Tensor input) => bn1.forward(base.forward(input));
    }

    private sealed class Derived : Middle
    {
        private readonly Net bn2 = Norm();

        public Derived() => RegisterComponents();

        public override Tensor forward(Tensor input) => bn2.forward(base.forward(input));
    }

    private sealed class WithProperties : Model
    {
        public WithProperties()
        {
            First = Norm();
            Second = Norm();
            register_module("first", First);
            register_module("second", Second);
        }

        private Net First { get; }

        private BatchNorm Second { get; set; }

        public override Tensor forward(Tensor input) => Second.forward(First.forward(input));
    }

    private sealed class Untyped : Model
    {
        private readonly object bn = Norm();

        public Untyped() => register_module("bn", (nn.Module)bn);

        public override Tensor forward(Tensor input) => ((Net)bn).forward(input);
    }

    private sealed class Collected : Model
    {
        private readonly Net[] array = [Norm(), Conv()];
        private readonly Net[][] nested = [[Norm()], [Norm()]];
        private readonly List<BatchNorm> list = [Norm(), Norm()];
        private readonly IReadOnlyList<Net> readOnly = new List<Net> { Norm() };
        private readonly Dictionary<string, Net> dictionary = new() { ["a"] = Norm(), ["b"] = Conv() };
        private readonly SortedList<int, nn.Module> sorted = new() { [4] = Norm() };
        private readonly Dictionary<string, List<Net>> lists = new() { ["a"] = [Norm(), Norm()] };

        public Collected()
        {
            var i = 0;
            foreach (var layer in Layers)
            {
                register_module($"layer{i++}", layer);
            }
        }

        private IEnumerable<Net> Layers =>
        [
            .. array, .. nested.SelectMany(row => row), .. list, .. readOnly, .. dictionary.Values,
            .. sorted.Values.Cast<Net>(), .. lists["a"],
        ];

        public override Tensor forward(Tensor input) => Layers.Aggregate(input, (x, layer) => layer.forward(x));
    }

    private sealed class Tupled : Model
    {
        private readonly List<(string Name, Net Layer)> list = [("a", Norm()), ("b", Norm())];
        private readonly (Net Layer, int Times)[] array = [(Norm(), 1), (Conv(), 1)];
        private readonly (BatchNorm Layer, string Name) single = (Norm(), "c");

        public Tupled()
        {
            list.ForEach(entry => register_module(entry.Name, entry.Layer));
            register_module("first", array[0].Layer);
            register_module("second", array[1].Layer);
            register_module("single", single.Layer);
        }

        public override Tensor forward(Tensor input)
        {
            var x = list.Aggregate(input, (x, entry) => entry.Layer.forward(x));
            return single.Layer.forward(array.Aggregate(x, (x, entry) => entry.Layer.forward(x)));
        }
    }

    private sealed class Shared : Model
    {
        private readonly Net first;
        private readonly BatchNorm second;

        public Shared()
        {
            first = second = Norm();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Assert.Same(first, second);
            return second.forward(first.forward(input));
        }
    }

    private sealed class UsedTwice : Model
    {
        private readonly Net first;
        private readonly Net second;

        public UsedTwice()
        {
            first = Sequential(Norm(), Conv());
            second = Sequential(("again", first), ("bn", Norm()));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.forward(first.forward(input));
    }

    private sealed class SharedWithATypedField : Model
    {
        private readonly Net first;
        private readonly BatchNorm2d second;

        public SharedWithATypedField()
        {
            first = second = Norm();
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.forward(first.forward(input));
    }

    private sealed class Stubborn : Model
    {
        private readonly BatchNorm2d bn = Norm();
        private readonly Net fine = Norm();
        private readonly ModuleList<BatchNorm2d> list = ModuleList(Norm());
        private readonly ModuleDict<BatchNorm2d> dict = ModuleDict(("a", Norm()));
        private readonly (BatchNorm2d Layer, int Times) pair = (Norm(), 1);
        private readonly Dictionary<string, BatchNorm2d> dictionary = new() { ["x"] = Norm() };
        private readonly BatchNorm2d[] array = [Norm()];
        private readonly List<BatchNorm2d> many = [Norm()];

        public Stubborn()
        {
            RegisterComponents();
            register_module("pair", pair.Layer);
            register_module("keyed", dictionary["x"]);
            register_module("array", array[0]);
            register_module("many", many[0]);
        }

        public override Tensor forward(Tensor input)
        {
            Net[] layers = [bn, fine, list[0], dict["a"], pair.Layer, dictionary["x"], array[0], many[0]];
            return layers.Aggregate(input, (x, layer) => layer.forward(x));
        }
    }

    private sealed class Patched : Model
    {
        private readonly PatchBatchNorm2d bn = pbn.PatchBatchNorm2d(4);

        public Patched() => RegisterComponents();

        public override Tensor forward(Tensor input) => bn.forward(input);
    }

    private sealed class OwnNorm() : BatchNorm(4, 1e-5, 0.1, true, true, null, null, nameof(OwnNorm))
    {
        protected override void ValidateInputDimensions(Tensor input)
        {
        }
    }
}
