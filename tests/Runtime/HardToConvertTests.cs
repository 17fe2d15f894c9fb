using System.Collections.Immutable;
using System.Collections.ObjectModel;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Models that hold their norms in unusual ways: converted, they work; or they are refused and stay as they were.
/// </summary>
public sealed class HardToConvertTests
{
    private static readonly Dictionary<string, Func<Net>> s_models = new()
    {
        ["two norms in one tuple"] = () => new TwoInATuple(),
        ["two norms in a tuple in a list"] = () => new TwoInATupleInAList(),
        ["list of its own type"] = () => new OfItsOwnType(),
        ["read-only collection"] = () => new ReadOnly(),
        ["immutable array"] = () => new Immutable(),
        ["tuple of the class Tuple"] = () => new OfTheClassTuple(),
        ["tuple of eight"] = () => new OfEight(),
        ["set"] = () => new InASet(),
        ["queue"] = () => new InAQueue(),
        ["object that is no module"] = () => new InAnObject(),
        ["closure"] = () => new InAClosure(),
        ["method"] = () => new AsAMethod(),
        ["array of two dimensions"] = () => new OfTwoDimensions(),
    };

    public static TheoryData<string> Models => [.. s_models.Keys];

    [Theory]
    [MemberData(nameof(Models))]
    public void Model_WorksConvertedOrIsRefusedUnchanged(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("bn", BatchNorm2d(4)), ("hard", s_models[name]()));
        var modules = model.modules().ToList();
        model.eval();
        var expected = model.forward(ones(2, 4, 5, 5));
        var error = Record.Exception(() => pbn.convert_patch_batchnorm(model));
        if (error is null)
        {
            Assert.DoesNotContain(model.modules(), module => module is BatchNorm2d);
        }
        else
        {
            Assert.IsType<InvalidOperationException>(error);
            Assert.Contains("hard.a: ", error.Message);
            Assert.True(modules.SequenceEqual(model.modules()));
        }

        Expect.SameBits(expected, model.forward(ones(2, 4, 5, 5)));
    }

    [Fact]
    public void ArraysOfOtherThings_DoNotStandInTheWay()
    {
        using var model = new WithOtherArrays();
        pbn.convert_patch_batchnorm(model);
        Assert.IsType<PatchBatchNorm2d>(model.children().Single());
    }

    [Fact]
    public void ModuleThatTwoFieldsOfAContainerHold_IsCountedAndNamedOnce()
    {
        using var model = Sequential(("keyed", new Keyed()), ("bn", BatchNorm2d(4)));
        var error = Assert.Throws<InvalidOperationException>(() => pbn.convert_patch_batchnorm(model));
        Assert.Contains("Cannot replace 1 of 2 BatchNorm2d", error.Message);
        Assert.Single(error.Message.Split(Environment.NewLine), line => line.Contains("keyed.norms.a: "));
    }

    private abstract class Model() : Net("model");

    private sealed class Keyed : Model
    {
        private readonly ModuleDict<BatchNorm2d> norms = ModuleDict(("a", BatchNorm2d(4)));

        public Keyed() => RegisterComponents();

        public override Tensor forward(Tensor input) => norms["a"].forward(input);
    }

    private sealed class TwoInATuple : Model
    {
        private readonly (Net A, Net B) pair = (BatchNorm2d(4), BatchNorm2d(4));

        public TwoInATuple()
        {
            register_module("a", pair.A);
            register_module("b", pair.B);
        }

        public override Tensor forward(Tensor input) => pair.B.forward(pair.A.forward(input));
    }

    private sealed class TwoInATupleInAList : Model
    {
        private readonly List<(Net A, (Net B, int Times) Other)> pairs = [(BatchNorm2d(4), (BatchNorm2d(4), 1))];

        public TwoInATupleInAList()
        {
            register_module("a", pairs[0].A);
            register_module("b", pairs[0].Other.B);
        }

        public override Tensor forward(Tensor input) => pairs[0].Other.B.forward(pairs[0].A.forward(input));
    }

    private sealed class Norms : List<BatchNorm2d>;

    private sealed class OfItsOwnType : Model
    {
        private readonly Norms norms = [BatchNorm2d(4)];

        public OfItsOwnType() => register_module("a", norms[0]);

        public override Tensor forward(Tensor input) => norms[0].forward(input);
    }

    private sealed class ReadOnly : Model
    {
        private readonly ReadOnlyCollection<Net> norms = new([BatchNorm2d(4)]);

        public ReadOnly() => register_module("a", norms[0]);

        public override Tensor forward(Tensor input) => norms[0].forward(input);
    }

    private sealed class Immutable : Model
    {
        private readonly ImmutableArray<Net> norms = [BatchNorm2d(4)];

        public Immutable() => register_module("a", norms[0]);

        public override Tensor forward(Tensor input) => norms[0].forward(input);
    }

    private sealed class OfTheClassTuple : Model
    {
        private readonly Tuple<Net, int> norm = Tuple.Create<Net, int>(BatchNorm2d(4), 1);

        public OfTheClassTuple() => register_module("a", norm.Item1);

        public override Tensor forward(Tensor input) => norm.Item1.forward(input);
    }

    private sealed class OfEight : Model
    {
        private readonly (int, int, int, int, int, int, int, Net Norm) eight = (1, 2, 3, 4, 5, 6, 7, BatchNorm2d(4));

        public OfEight() => register_module("a", eight.Norm);

        public override Tensor forward(Tensor input) => eight.Norm.forward(input);
    }

    private sealed class InASet : Model
    {
        private readonly HashSet<Net> norms = [BatchNorm2d(4)];

        public InASet() => register_module("a", norms.First());

        public override Tensor forward(Tensor input) => norms.First().forward(input);
    }

    private sealed class InAQueue : Model
    {
        private readonly Queue<Net> norms = new([BatchNorm2d(4)]);

        public InAQueue() => register_module("a", norms.Peek());

        public override Tensor forward(Tensor input) => norms.Peek().forward(input);
    }

    private sealed record Branch(Net Norm);

    private sealed class InAnObject : Model
    {
        private readonly Branch branch = new(BatchNorm2d(4));

        public InAnObject() => register_module("a", branch.Norm);

        public override Tensor forward(Tensor input) => branch.Norm.forward(input);
    }

    private sealed class InAClosure : Model
    {
        private readonly Func<Tensor, Tensor> normalize;

        public InAClosure()
        {
            var norm = BatchNorm2d(4);
            register_module("a", norm);
            normalize = input => norm.forward(input);
        }

        public override Tensor forward(Tensor input) => normalize(input);
    }

    private sealed class AsAMethod : Model
    {
        private readonly Func<Tensor, Tensor> normalize;

        public AsAMethod()
        {
            var norm = BatchNorm2d(4);
            register_module("a", norm);
            normalize = norm.forward;
        }

        public override Tensor forward(Tensor input) => normalize(input);
    }

    private sealed class OfTwoDimensions : Model
    {
        private readonly Net[,] norms = { { BatchNorm2d(4) } };

        public OfTwoDimensions() => register_module("a", norms[0, 0]);

        public override Tensor forward(Tensor input) => norms[0, 0].forward(input);
    }

    private sealed class WithOtherArrays : Model
    {
        private readonly string[,] names = { { "a", "b" } };
        private readonly ImmutableArray<string> none = default;
        private readonly Net bn = BatchNorm2d(4);

        public WithOtherArrays() => RegisterComponents();

        public override Tensor forward(Tensor input) => names.Length > 0 && none.IsDefault ? bn.forward(input) : input;
    }
}
