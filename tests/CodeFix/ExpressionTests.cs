namespace PbnRewriter.CodeFix.Tests;

/// <summary>Values move through the expressions and statements that C# has for it.</summary>
[UsesVerify]
public sealed class ExpressionTests
{
    [Fact]
    public async Task References() => await VerifyModel("""
        class Model
        {
            private BatchNorm2d norm = BatchNorm2d(8);

            ref BatchNorm2d Slot() => ref norm;

            static void Exchange(ref BatchNorm2d left, ref BatchNorm2d right) => (left, right) = (right, left);

            static bool TryMake(long channels, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out BatchNorm2d? made)
            {
                made = channels > 0 ? BatchNorm2d(channels) : null;
                return made is not null;
            }

            void Run(in BatchNorm2d read)
            {
                ref BatchNorm2d slot = ref Slot();
                slot = BatchNorm2d(16);
                ref readonly var seen = ref norm;
                var local = BatchNorm2d(4);
                Exchange(ref local, ref norm);
                if (TryMake(2, out var made)) norm = made;
                if (TryMake(2, out BatchNorm2d? typed)) norm = typed;
                Run(in norm);
            }
        }
        """);

    [Fact]
    public async Task UsingDeclarations() => await VerifyModel("""
        class Model
        {
            static void Run(Tensor x)
            {
                using var inferred = BatchNorm2d(8);
                using BatchNorm2d typed = BatchNorm2d(8);
                using (BatchNorm2d inner = BatchNorm2d(8))
                {
                    inner.call(typed.call(inferred.call(x)));
                }
            }
        }
        """);

    [Fact]
    public async Task LinqProjections() => await VerifyModel("""
        class Model
        {
            private static readonly long[] Widths = [8, 16];

            private readonly BatchNorm2d[] methods = Widths.Select(width => BatchNorm2d(width)).ToArray();
            private readonly List<BatchNorm2d> queried = (from width in Widths where width > 8 select BatchNorm2d(width)).ToList();
            private readonly IEnumerable<(string Name, BatchNorm2d Norm)> pairs = Widths.Select((width, index) => ($"bn{index}", BatchNorm2d(width)));

            public Model()
            {
                Dictionary<long, BatchNorm2d> byWidth = Widths.ToDictionary(width => width, width => BatchNorm2d(width));
                IEnumerable<BatchNorm2d> let = from width in Widths let norm = BatchNorm2d(width) orderby width select norm;
                BatchNorm2d? widest = methods.OrderBy(norm => norm.num_features).LastOrDefault();
                foreach (BatchNorm2d norm in methods.Concat(queried).Where(norm => norm.affine)) norm.eval();
                var first = pairs.First().Norm;
                BatchNorm2d typed = first;
            }
        }
        """);

    [Fact]
    public async Task LocalFunctionsAndLambdas() => await VerifyModel("""
        class Model
        {
            static void Run()
            {
                BatchNorm2d Local(long channels) => BatchNorm2d(channels);
                static BatchNorm2d Static(BatchNorm2d? given, long channels) => given ?? BatchNorm2d(channels);
                Func<long, BatchNorm2d> lambda = channels => BatchNorm2d(channels);
                var inferred = (long channels) => BatchNorm2d(channels);
                var spelled = BatchNorm2d (long channels) => BatchNorm2d(channels);
                Func<BatchNorm2d, BatchNorm2d> through = norm => norm;
                Func<Func<long, BatchNorm2d>, BatchNorm2d> higher = make => make(8);
                Func<long, BatchNorm2d> group = Local;
                BatchNorm2d norm = through(higher(group));
                norm = Static(lambda(4), 4);
                norm = inferred(2);
                norm = spelled(2);
            }
        }
        """);

    [Fact]
    public async Task NullableValues() => await VerifyModel("""
        class Model
        {
            private BatchNorm2d? norm;
            private readonly List<BatchNorm2d?> slots = new() { null, BatchNorm2d(8) };
            private readonly Dictionary<string, BatchNorm2d> named = new() { ["a"] = BatchNorm2d(8) };

            public Model? Next { get; set; }

            void Run(Tensor x)
            {
                norm ??= BatchNorm2d(8);
                BatchNorm2d sure = norm!;
                Tensor? y = norm?.call(x);
                BatchNorm2d? far = Next?.norm ?? slots[0];
                BatchNorm2d either = far ?? sure;
                BatchNorm2d? none = default(BatchNorm2d);
                none = null;
                named.TryGetValue("a", out BatchNorm2d? found);
                BatchNorm2d chosen = found is null ? sure : found;
            }
        }
        """);

    [Fact]
    public async Task ChoiceWithAnotherModule() => await VerifyModel("""
        class Model
        {
            static nn.Module<Tensor, Tensor> Norm(bool normalize, bool wide) =>
                normalize ? wide ? BatchNorm2d(64) : BatchNorm2d(8) : Identity();

            static nn.Module<Tensor, Tensor> Switched(string kind) => kind switch
            {
                "batch" => BatchNorm2d(8),
                "group" => GroupNorm(2, 8),
                _ => Identity(),
            };

            static void Run(BatchNorm2d? given)
            {
                nn.Module<Tensor, Tensor> module = given is null ? Identity() : BatchNorm2d(8);
                var list = new List<nn.Module<Tensor, Tensor>> { Conv2d(3, 8, 3), BatchNorm2d(8), ReLU() };
            }
        }
        """);

    [Fact]
    public async Task DeconstructedByAnExtension() => await VerifyModel("""
        static class Extensions
        {
            public static void Deconstruct(this BatchNorm2d norm, out double eps, out long width) => (eps, width) = (norm.eps, norm.num_features);
        }
        class Model
        {
            private readonly BatchNorm2d norm = BatchNorm2d(8);
            string Show() { var (eps, width) = norm; return eps + ":" + width; }
            bool Is(nn.Module m) => m is BatchNorm2d(var eps, 3);
        }
        """);

    [Fact]
    public async Task CastOfTheConstruction() => await VerifyModel("""
        class Model
        {
            object Boxed => (BatchNorm2d)BatchNorm2d(8);
            void Run()
            {
                object o = BatchNorm2d(8);
                BatchNorm2d back = (BatchNorm2d)o;
                double eps = ((BatchNorm2d)o).eps;
                (o as BatchNorm2d)?.eval();
            }
        }
        """);

    private static async Task VerifyModel(string source) =>
        await Verify(await Rewriting.OfAsync(TestSolution.Usings + source), extension: "cs", Snapshot.Path());
}
