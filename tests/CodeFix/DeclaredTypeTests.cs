namespace PbnRewriter.CodeFix.Tests;

/// <summary>Declared types follow the value that they hold.</summary>
[UsesVerify]
public sealed class DeclaredTypeTests
{
    [Fact]
    public async Task FieldsAndProperties() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d bn1, bn2;
            private BatchNorm2d? lazy;
            public BatchNorm2d First => bn1;
            public BatchNorm2d Second { get; } = BatchNorm2d(8);
            public TorchSharp.Modules.BatchNorm2d Lazy => lazy ??= BatchNorm2d(8);

            public Model()
            {
                bn1 = BatchNorm2d(64);
                bn2 = BatchNorm2d(64);
                First.train();
            }
        }
        """);

    [Fact]
    public async Task LocalsParametersAndReturns() => await VerifyModel("""
        class Model
        {
            static BatchNorm2d Make(long channels)
            {
                BatchNorm2d made = BatchNorm2d(channels);
                var same = made;
                Fill(same, out BatchNorm2d filled, out var inferred);
                return filled;
            }

            static void Fill(BatchNorm2d source, out BatchNorm2d first, out BatchNorm2d second)
            {
                first = source;
                second = source;
            }

            static BatchNorm2d Choose(bool wide) => wide ? BatchNorm2d(64) : BatchNorm2d(8);

            static BatchNorm2d Switched(int kind) => kind switch { 0 => BatchNorm2d(1), _ => BatchNorm2d(2) };
        }
        """);

    [Fact]
    public async Task Collections() => await VerifyModel("""
        class Model
        {
            private readonly List<BatchNorm2d> list = new List<BatchNorm2d> { BatchNorm2d(1) };
            private readonly Dictionary<string, BatchNorm2d[]> named = new();
            private readonly ModuleList<BatchNorm2d> modules = new ModuleList<BatchNorm2d>(BatchNorm2d(2), BatchNorm2d(3));
            private readonly IReadOnlyList<BatchNorm2d> expressed = [BatchNorm2d(4), BatchNorm2d(5)];

            public Model()
            {
                list.Add(BatchNorm2d(6));
                named["a"] = new BatchNorm2d[] { BatchNorm2d(7) };
                BatchNorm2d last = list[^1];
                foreach (BatchNorm2d each in modules) each.eval();
                foreach (var (name, norms) in named) { BatchNorm2d[] copy = norms; }
                IEnumerable<BatchNorm2d> projected = Enumerable.Range(1, 3).Select(i => BatchNorm2d(i)).ToList();
                BatchNorm2d? first = projected.FirstOrDefault();
            }
        }
        """);

    [Fact]
    public async Task Delegates() => await VerifyModel("""
        delegate BatchNorm2d NormFactory(long channels);

        class Block
        {
            private readonly BatchNorm2d bn1;
            private readonly BatchNorm2d bn2;

            public Block(Func<long, BatchNorm2d> norm_layer, NormFactory other)
            {
                bn1 = norm_layer(64);
                bn2 = other(64);
            }

            static Block Make() => new Block(c => BatchNorm2d(c, eps: 1e-3), Norm);

            static BatchNorm2d Norm(long channels) => BatchNorm2d(channels);

            static Func<long, nn.Module<Tensor, Tensor>> Wide => c => BatchNorm2d(c);
        }
        """);

    [Fact]
    public async Task DelegatesNamedByACast() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d called = ((Func<BatchNorm2d>)(() => BatchNorm2d(8)))();
            private readonly object made = (Func<long, BatchNorm2d>)Make;
            static BatchNorm2d Make(long channels) => BatchNorm2d(channels);
        }
        """);

    [Fact]
    public async Task ExpressionTrees() => await VerifyModel("""
        class Model
        {
            private readonly System.Linq.Expressions.Expression<Func<BatchNorm2d>> made = () => Make(3);
            private readonly System.Linq.Expressions.Expression<Func<BatchNorm2d, double>> read = norm => norm.eps;
            static BatchNorm2d Make(long channels) => BatchNorm2d(channels);
            static object Cast() => (System.Linq.Expressions.Expression<Func<long, BatchNorm2d>>)(channels => Make(channels));
            BatchNorm2d Called() => made.Compile()();
            double Read() => read.Compile()(Called());
            static IEnumerable<BatchNorm2d> Queried() => new[] { Make(2) }.AsQueryable().Where(norm => norm.affine).Select(norm => norm);
        }
        """);

    [Fact]
    public async Task ConversionOperators() => await VerifyModel("""
        class Holder
        {
            private readonly BatchNorm2d norm;
            public Holder(BatchNorm2d norm) => this.norm = norm;
            public static implicit operator Holder(BatchNorm2d norm) => new Holder(norm);
            public static explicit operator BatchNorm2d(Holder holder) => holder.norm;
            static Holder Made() => BatchNorm2d(8);
            static BatchNorm2d Back() => (BatchNorm2d)Made();
        }

        class Box<T>
        {
            public T Value = default!;
            public static implicit operator Box<T>(T value) => new Box<T> { Value = value };
            public static explicit operator T(Box<T> box) => box.Value;
        }

        class Boxes
        {
            static Box<BatchNorm2d> Boxed() => BatchNorm2d(8);
            static BatchNorm2d Unboxed() => (BatchNorm2d)Boxed();
        }
        """);

    [Fact]
    public async Task TuplesAndRecords() => await VerifyModel("""
        record Stage(string Name, BatchNorm2d Norm);

        class Model(BatchNorm2d primary)
        {
            public BatchNorm2d Primary => primary;

            static (BatchNorm2d Norm, int Width) Pair() => (BatchNorm2d(8), 8);

            static void Run()
            {
                var (norm, width) = Pair();
                BatchNorm2d same = norm;
                BatchNorm2d named = Pair().Norm;
                var (name, inner) = new Stage("a", BatchNorm2d(4));
                BatchNorm2d staged = inner;
                var model = new Model(BatchNorm2d(2));
            }
        }
        """);

    [Fact]
    public async Task NullableTuples() => await VerifyModel("""
        class Model
        {
            (BatchNorm2d Norm, int Index)? last;

            BatchNorm2d First => last?.Norm ?? BatchNorm2d(4);

            void Add(int index)
            {
                last = (BatchNorm2d(8), index);
                (BatchNorm2d Norm, int Index) sure = last ?? (BatchNorm2d(2), 0);
                var (norm, _) = ((BatchNorm2d, int))last;
                BatchNorm2d given = last.Value.Norm;
                if (last is (BatchNorm2d found, > 0) && last is { Norm: var same } && last is { } pair)
                {
                    BatchNorm2d[] all = { found, same, pair.Norm, norm, sure.Norm };
                }
            }
        }
        """);

    [Fact]
    public async Task OverridesAndInterfaces() => await VerifyModel("""
        interface IHasNorm
        {
            BatchNorm2d Norm { get; }
            void Set(BatchNorm2d norm);
        }

        abstract class Base
        {
            public abstract BatchNorm2d Make();
        }

        class Model : Base, IHasNorm
        {
            private BatchNorm2d norm = null!;
            public override BatchNorm2d Make() => BatchNorm2d(8);
            BatchNorm2d IHasNorm.Norm => norm;
            public void Set(BatchNorm2d norm) => this.norm = norm;
            public void Run() => Set(Make());
        }
        """);

    [Fact]
    public async Task GenericTypesOfTheSource() => await VerifyModel("""
        class Holder<T> where T : nn.Module
        {
            public T Value { get; set; } = default!;
            public static Holder<T> Of(T value) => new Holder<T> { Value = value };
        }

        class NormHolder : Holder<BatchNorm2d>;

        class Block<T>(T inner) { public T Inner => inner; }

        class NormBlock : Block<BatchNorm2d> { public NormBlock() : base(BatchNorm2d(3)) { } }

        static class Extensions
        {
            public static T Frozen<T>(this T module) where T : nn.Module { module.eval(); return module; }
        }

        class Model
        {
            private readonly BatchNorm2d inferred = BatchNorm2d(8).Frozen();
            private readonly Holder<BatchNorm2d> held = Holder<BatchNorm2d>.Of(BatchNorm2d(8));
            private readonly NormHolder derived = new() { Value = BatchNorm2d(8) };
            public BatchNorm2d Held => held.Value;
            public BatchNorm2d Derived => derived.Value;
        }
        """);

    [Fact]
    public async Task PartialMethodsAndEvents() => await VerifyModel("""
        interface INotifies { event Action<BatchNorm2d> Changed; }
        partial class Model { public partial BatchNorm2d Made(BatchNorm2d? old); }
        partial class Model : INotifies
        {
            private Action<BatchNorm2d>? changed;
            event Action<BatchNorm2d> INotifies.Changed { add => changed += value; remove => changed -= value; }
            public partial BatchNorm2d Made(BatchNorm2d? old) => old ?? BatchNorm2d(8);
            void Run() => changed?.Invoke(Made(null));
        }
        """);

    [Fact]
    public async Task PartialPropertiesAndIndexers() => await VerifyModel("""
        partial class Model
        {
            public partial BatchNorm2d Made { get; }
            public partial BatchNorm2d Held { get; set; }
            public partial int this[BatchNorm2d norm] { get; }
            public partial BatchNorm2d this[int index] { get; }
        }
        partial class Model
        {
            private BatchNorm2d held = BatchNorm2d(4);
            public partial BatchNorm2d Made => BatchNorm2d(8);
            public partial BatchNorm2d Held { get => held; set => held = value; }
            public partial int this[BatchNorm2d norm] => norm == held ? 0 : 1;
            public partial BatchNorm2d this[int index] => index == 0 ? Held : Made;
            int Run() => this[Made] + this[BatchNorm2d(2)] + (int)this[1].num_features;
        }
        """);

    [Fact]
    public async Task ExtensionBlocks() => await VerifyModel("""
        static class NormExtensions
        {
            extension(BatchNorm2d norm)
            {
                public long Channels => norm.num_features;
                public BatchNorm2d Doubled() => BatchNorm2d(norm.num_features * 2);
                public BatchNorm2d Or(BatchNorm2d? other) => other ?? norm;
            }

            extension(BatchNorm2d)
            {
                public static BatchNorm2d Make() => BatchNorm2d(4);
            }

            extension<T>(IEnumerable<T> norms)
            {
                public T Last => norms.Last();
            }

            extension(List<BatchNorm2d> norms)
            {
                public BatchNorm2d Best() => norms[0];
            }
        }
        class Model
        {
            private readonly BatchNorm2d norm = BatchNorm2d(8);
            private readonly List<BatchNorm2d> norms = [BatchNorm2d(1)];
            public BatchNorm2d Doubled => norm.Doubled().Or(null);
            public long Channels => BatchNorm2d(16).Channels;
            public BatchNorm2d Last => new List<BatchNorm2d> { BatchNorm2d(2) }.Last;
            public BatchNorm2d Best => norms.Best();
            public BatchNorm2d? Optional(BatchNorm2d? other) => other?.Doubled();
        }
        """);

    [Fact]
    public async Task Operators() => await VerifyModel("""
        class Chain
        {
            private readonly List<BatchNorm2d> norms = [];
            public static Chain operator +(Chain chain, BatchNorm2d norm) { chain.norms.Add(norm); return chain; }
            public static BatchNorm2d operator ~(Chain chain) => chain.norms[0];
            public void operator -=(BatchNorm2d norm) => norms.Remove(norm);
        }
        class Model
        {
            private readonly BatchNorm2d norm = BatchNorm2d(8);
            private readonly BatchNorm2d first = ~(new Chain() + BatchNorm2d(4));
            void Run()
            {
                var chain = new Chain() + norm;
                chain += BatchNorm2d(2);
                chain -= norm;
            }
        }
        """);

    [Fact]
    public async Task OperatorsThatComeInPairs() => await VerifyModel("""
        class Chain
        {
            private BatchNorm2d last = BatchNorm2d(8);
            public static bool operator ==(Chain chain, BatchNorm2d norm) => ReferenceEquals(chain.last, norm);
            public static bool operator !=(Chain chain, BatchNorm2d norm) => !ReferenceEquals(chain.last, norm);
            public static BatchNorm2d operator <(Chain chain, long width) => chain.last;
            public static BatchNorm2d operator >(Chain chain, long width) => null!;
            public static bool operator >=(BatchNorm2d norm, Chain chain) => true;
            public static bool operator <=(BatchNorm2d norm, Chain chain) => true;
            public static Chain operator +(Chain chain, BatchNorm2d norm) => chain;
            public static Chain operator checked +(Chain chain, BatchNorm2d norm) => chain;
            public static explicit operator Chain(BatchNorm2d norm) => new Chain();
            public static explicit operator checked Chain(BatchNorm2d norm) => new Chain();
            public override bool Equals(object? other) => false;
            public override int GetHashCode() => 0;
        }
        class Model
        {
            bool Same(Chain chain) => chain == BatchNorm2d(2);
            bool AtMost(Chain chain) => BatchNorm2d(3) <= chain;
            Chain Added(Chain chain) => checked(chain + BatchNorm2d(4));
            Chain Converted() => (Chain)BatchNorm2d(5);
        }
        """);

    [Fact]
    public async Task InterfacesOfTheFramework() => await VerifyModel("""
        class Chain : IEnumerable<BatchNorm2d>, IEqualityComparer<BatchNorm2d>, IComparable<BatchNorm2d>
        {
            private readonly List<BatchNorm2d> norms = [BatchNorm2d(8)];
            public IEnumerator<BatchNorm2d> GetEnumerator() => norms.GetEnumerator();
            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
            public bool Equals(BatchNorm2d? left, BatchNorm2d? right) => left == right;
            public int GetHashCode(BatchNorm2d norm) => 0;
            int IComparable<BatchNorm2d>.CompareTo(BatchNorm2d? other) => 0;
            BatchNorm2d First() => this.Distinct(this).First();
        }
        """);

    [Fact]
    public async Task Spans() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d[] norms = [BatchNorm2d(4)];
            private readonly List<BatchNorm2d> list = [BatchNorm2d(8)];
            static BatchNorm2d First(ReadOnlySpan<BatchNorm2d> norms) => norms[0];
            BatchNorm2d OfList() => First(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list));
            BatchNorm2d OfArray() => First(norms);
            void Fill() { Span<BatchNorm2d> span = norms; span[0] = BatchNorm2d(2); ReadOnlySpan<BatchNorm2d> read = span; }
        }
        """);

    [Fact]
    public async Task ConversionOperatorsOfAGenericType() => await VerifyModel("""
        readonly struct Maybe<T>(T? value)
            where T : class
        {
            public T? Value => value;
            public static implicit operator Maybe<T>(T? value) => new(value);
            public static explicit operator T?(Maybe<T> maybe) => maybe.Value;
        }
        class Model
        {
            private Maybe<BatchNorm2d> held = BatchNorm2d(4);
            public BatchNorm2d? Held => (BatchNorm2d?)held;
        }
        """);

    [Fact]
    public async Task ExplicitImplementationOfGenericInterface() => await VerifyModel("""
        interface IFactory<out T> { T Create(long channels); }

        class Factory : IFactory<BatchNorm2d>
        {
            BatchNorm2d IFactory<BatchNorm2d>.Create(long channels) => BatchNorm2d(channels);
        }
        """);

    [Fact]
    public async Task TasksAndParamsSpans() => await VerifyModel("""
        class Model
        {
            async System.Threading.Tasks.Task<BatchNorm2d> Make() { await System.Threading.Tasks.Task.Yield(); return BatchNorm2d(8); }
            async System.Threading.Tasks.Task All() { BatchNorm2d[] all = await System.Threading.Tasks.Task.WhenAll(Make(), Make()); }
            void Take(params ReadOnlySpan<BatchNorm2d> norms) { }
            void Give() => Take(BatchNorm2d(1), BatchNorm2d(2));
            IEnumerable<BatchNorm2d> Each() { yield return BatchNorm2d(3); }
        }
        """);

    [Fact]
    public async Task DocumentationReferenceToAMethod_NamesTheNewType() => await VerifyModel("""
        /// <summary>See <see cref="Fuse(Conv2d, BatchNorm2d)"/> and <see cref="Fuse"/>.</summary>
        class Model
        {
            private readonly BatchNorm2d norm = BatchNorm2d(8);
            void Run(Conv2d conv) => Fuse(conv, norm);
            static void Fuse(Conv2d conv, BatchNorm2d norm) { }
        }
        """);

    [Fact]
    public async Task Alias() => await VerifyRewritten("""
        using BN = TorchSharp.Modules.BatchNorm2d;
        using Norms = System.Collections.Generic.List<TorchSharp.Modules.BatchNorm2d>;
        using TorchSharp;

        class Model
        {
            private readonly BN bn = torch.nn.BatchNorm2d(64);
            private readonly Norms norms = new Norms { torch.nn.BatchNorm2d(64) };
        }
        """);

    [Fact]
    public async Task WiderTypes_Stay() => await VerifyModel("""
        class Model
        {
            private readonly nn.Module<Tensor, Tensor> wide = BatchNorm2d(64);
            private readonly BatchNorm norm = BatchNorm2d(64);
            private readonly Sequential layers = Sequential(("conv", Conv2d(3, 8, 3)), ("bn", BatchNorm2d(8)));
            public nn.Module<Tensor, Tensor> Make(bool normalize) => normalize ? BatchNorm2d(8) : Identity();
            public string Name => nameof(BatchNorm2d);

            /// <summary>Holds a <see cref="TorchSharp.Modules.BatchNorm2d"/>.</summary>
            public void Run() { }
        }
        """);

    [Fact]
    public async Task UntouchedByRewrittenSites_Stays() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d bn = BatchNorm2d(64);
            public void Visit(BatchNorm2d never) { }
        }
        """);

    private static async Task VerifyModel(string source) => await VerifyRewritten(TestSolution.Usings + source);

    private static async Task VerifyRewritten(string source) => await Verify(await Rewriting.OfAsync(source), extension: "cs", Snapshot.Path());
}
