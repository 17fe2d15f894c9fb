namespace PbnRewriter.CodeFix.Tests;

/// <summary>A type test sees after the rewrite what it saw before.</summary>
[UsesVerify]
public sealed class TypeTestTests
{
    [Fact]
    public async Task Is() => await VerifyBody("""
        if (m is BatchNorm2d) { }
        if (!(m is BatchNorm2d) && m is not BatchNorm2d) { }
        var kind = m is BatchNorm2d ? 1 : 2;
        if (m is TorchSharp.Modules.BatchNorm2d) { }
        """);

    [Fact]
    public async Task Is_WithName() => await VerifyBody("""
        if (m is BatchNorm2d bn && bn.affine) nn.init.ones_(bn.weight);
        if (m is not BatchNorm2d other) return;
        other.eval();
        """);

    [Fact]
    public async Task Is_WithPropertyPattern() => await VerifyBody("""
        if (m is BatchNorm2d { affine: true }) { }
        if (m is BatchNorm2d { eps: > 1e-4 } wide) wide.eval();
        if (m is BatchNorm2d { } any) any.eval();
        """);

    [Fact]
    public async Task Combined() => await VerifyBody("""
        if (m is BatchNorm2d or LayerNorm) { }
        if (m is BatchNorm2d and not null) { }
        if (m is not (BatchNorm2d or LayerNorm)) { }
        if (m is BatchNorm2d _) { }
        """);

    [Fact]
    public async Task SwitchStatement() => await VerifyBody("""
        switch (m)
        {
            case Conv2d conv:
                nn.init.kaiming_normal_(conv.weight);
                break;
            case BatchNorm2d bn when bn.affine:
                nn.init.ones_(bn.weight);
                break;
            case BatchNorm2d:
                break;
        }
        """);

    [Fact]
    public async Task SwitchExpression() => await VerifyBody("""
        var name = m switch
        {
            BatchNorm2d bn when bn.affine => "affine " + bn.num_features,
            BatchNorm2d => "plain",
            _ => "other",
        };
        """);

    [Fact]
    public async Task As_WithNullCheck() => await VerifyBody("""
        var bn = m as BatchNorm2d;
        if (bn != null) bn.eval();
        BatchNorm2d? second = m as BatchNorm2d;
        (m as BatchNorm2d)?.eval();
        """);

    [Fact]
    public async Task Cast() => await VerifyBody("""
        var bn = (BatchNorm2d)m;
        ((BatchNorm2d)m).eval();
        """);

    [Fact]
    public async Task GetType_Compared() => await VerifyBody("""
        if (m.GetType() == typeof(BatchNorm2d)) { }
        if (m.GetType() != typeof(BatchNorm2d)) { }
        if (typeof(BatchNorm2d) == m.GetType()) { }
        """);

    [Fact]
    public async Task OfType() => await VerifyBody("""
        foreach (var bn in m.modules().OfType<BatchNorm2d>()) bn.eval();
        var count = m.modules().OfType<BatchNorm2d>().Count();
        """);

    [Fact]
    public async Task As_WithAComment() => await VerifyBody("""
        var norm = m as /* only the 2d one */ BatchNorm2d;
        Func<nn.Module, object?> make = each => each as BatchNorm2d;
        """);

    [Fact]
    public async Task Is_AndMembersOfIt() => await VerifyBody("""
        if (m is BatchNorm2d and { affine: true }) { }
        if (m is BatchNorm2d and var each && each.eps > 0) { }
        if (m is not null and BatchNorm2d and not { affine: false }) { }
        var kind = m switch { BatchNorm2d and { eps: > 1e-4 } => "big", BatchNorm2d => "bn", _ => "" };
        """);

    [Fact]
    public async Task GetType_OfWhatMayBeNull() => await VerifyBody("""
        nn.Module? maybe = m;
        if (maybe?.GetType() == typeof(BatchNorm2d)) { }
        if (typeof(BatchNorm2d) != maybe?.GetType()) { }
        """);

    [Fact]
    public async Task GetType_Equals() => await VerifyBody("""
        if (m.GetType().Equals(typeof(BatchNorm2d))) { }
        if (!m.GetType().Equals(typeof(BatchNorm2d))) { }
        var frozen = m.modules().Where(each => each.GetType().Equals(typeof(BatchNorm2d))).Count();
        var both = m.training && m.GetType().Equals(typeof(BatchNorm2d));
        """);

    [Fact]
    public async Task QueryVariableOfTheType() => await VerifyBody("""
        var all = from BatchNorm2d norm in m.children() select norm.eps;
        var some = from BatchNorm2d norm in m.modules().OfType<BatchNorm2d>() where norm.affine select norm;
        var second = from number in new[] { 1 } from BatchNorm2d norm in m.children() select norm.eps;
        var joined = from each in m.children() join BatchNorm2d norm in m.children() on each.GetName() equals norm.GetName() select norm;
        """);

    [Fact]
    public async Task VarThatMayBeNull() => await VerifyBody("""
        var norm = m.training ? nn.BatchNorm2d(3) : m as BatchNorm2d;
        var sure = m.training ? nn.BatchNorm2d(3) : (BatchNorm2d)m;
        var later = nn.BatchNorm2d(3);
        later = m as BatchNorm2d;
        """);

    [Fact]
    public async Task LoopThatCasts() => await VerifyBody("""
        foreach (BatchNorm2d bn in m.modules().Where(each => each is BatchNorm2d)) bn.eval();
        """);

    [Fact]
    public async Task TestsThatCannotFollow_AreReported()
    {
        var source = TestSolution.Usings + """
            static class Search
            {
                public static IEnumerable<T> All<T>(this nn.Module root) where T : nn.Module => root.modules().OfType<T>();
            }

            class Model
            {
                private readonly object norm = BatchNorm2d(8);
                int Count(nn.Module m) => m.All<BatchNorm2d>().Count();
                bool Is(nn.Module m) => (m.GetType()) == (typeof(BatchNorm2d));
                bool IsExactly(nn.Module m) => m.GetType() /* exact */ == typeof(BatchNorm2d);
            }
            """;

        var result = await Rewriting.OfAsync(TestSolution.Of(source));

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Equal(["type argument", "typeof", "typeof"], result.Report.Left.Select(left => left.Reason.Contains("type argument", StringComparison.Ordinal) ? "type argument" : "typeof"));
    }

    [Fact]
    public async Task TestsOfConstructedTypes_FollowADeclaredTypeOrAreReported()
    {
        var result = await Rewriting.OfAsync(TestSolution.Of(TestSolution.Usings + """
            interface IHas<T> { }
            class Model
            {
                IEnumerable<BatchNorm2d> all = new List<BatchNorm2d> { BatchNorm2d(8) };
                int Known() => all is List<BatchNorm2d> list ? list.Count : ((BatchNorm2d[])all).Length;
                int Tested(object o) => o is List<BatchNorm2d> list ? list.Count : 0;
                int Cast(object o) => ((IReadOnlyList<BatchNorm2d>)o).Count;
                int Switched(object o) => o switch { BatchNorm2d[] array => array.Length, Lazy<BatchNorm2d> { IsValueCreated: true } => 1, _ => 0 };
                int Sequence(object[] o) => o.OfType<IHas<BatchNorm2d>>().Count();
                void Late(dynamic d) { BatchNorm2d norm = d; }
            }
            """));

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Equal(
            ["List<BatchNorm2d> list", "(IReadOnlyList<BatchNorm2d>)o", "BatchNorm2d[] array", "Lazy<BatchNorm2d> { IsValueCreated: true }", "IHas<BatchNorm2d>", "d"],
            result.Report.Left.Select(use => use.Use));
        Assert.All(result.Report.Left.SkipLast(1), use => Assert.Equal("it sees the type that is constructed with BatchNorm2d only", use.Reason));
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
    }

    [Fact]
    public async Task TypeArgumentThatBecomesTheBase_IsReported()
    {
        var result = await Rewriting.OfAsync(TestSolution.Of(TestSolution.Usings + """
            class Found<T> where T : nn.Module
            {
                public List<T> All { get; } = new();
                public void In(nn.Module root) { foreach (var m in root.modules()) if (m is T t) All.Add(t); }
            }
            class Model
            {
                object norm = BatchNorm2d(8);
                void Run(nn.Module root)
                {
                    var found = new Found<BatchNorm2d>();
                    found.All.Add(root.modules().OfType<BatchNorm2d>().First());
                }
            }
            """));

        Assert.Equal(["it becomes BatchNorm, and code that asks for the type argument sees other normalization layers too"], result.Report.Left.Select(use => use.Reason));
    }

    [Fact]
    public async Task BoundName_TakesItsPlacesAlong() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d norm = BatchNorm2d(8);
            private readonly List<BatchNorm2d> seen = new();

            void Visit(nn.Module m)
            {
                if (m is BatchNorm2d bn) Init(bn);
            }

            void Init(BatchNorm2d bn) => seen.Add(bn);
        }
        """);

    [Fact]
    public async Task TestOfARetypedValue_NamesItsType() => await VerifyModel("""
        class Model
        {
            private readonly BatchNorm2d? norm = BatchNorm2d(8);
            bool Has => norm is BatchNorm2d;
            bool HasNamed => norm is BatchNorm2d same && same.affine;
            bool HasAny => norm is { affine: true };
        }
        """);

    [Fact]
    public async Task MemberPathInAPropertyPattern_NamesNoType() => await VerifyModel("""
        class Block
        {
            public BatchNorm2d Last { get; } = BatchNorm2d(8);
            public Block? Inner { get; }
        }

        class Model
        {
            static Tensor? Zero(object m) => m switch
            {
                Block { Inner.Last.weight: { } weight } => init.zeros_(weight),
                Block { Last.weight: { } weight } => init.zeros_(weight),
                Block { Last.eps: > 1e-4, Inner.Last: TorchSharp.Modules.BatchNorm2d { affine: false } } => null,
                _ => null,
            };
        }
        """);

    [Fact]
    public async Task SeesBothAlready_Stays() => await VerifyModelOfModules("""
        class Model
        {
            private readonly object norm = nn.BatchNorm2d(8);
            bool Sees(nn.Module m) => m is BatchNorm2d or PbnRewriter.Runtime.PatchBatchNorm2d;
            int Kind(nn.Module m)
            {
                switch (m)
                {
                    case BatchNorm2d: return 1;
                    case PbnRewriter.Runtime.PatchBatchNorm2d: return 1;
                    default: return 0;
                }
            }
        }
        """);

    [Fact]
    public async Task SeesTheOtherInItsChain_Stays() => await VerifyModelOfModules("""
        class Model
        {
            private readonly object norm = nn.BatchNorm2d(8);
            int Kind(nn.Module m)
            {
                if (m is BatchNorm2d plain)
                {
                    return plain.affine ? 1 : 2;
                }
                else if (m is Conv2d)
                {
                    return 3;
                }
                else if (m is PbnRewriter.Runtime.PatchBatchNorm2d patch)
                {
                    return patch.grid.Rows;
                }

                return m is BatchNorm2d ? 4 : !(m is PbnRewriter.Runtime.PatchBatchNorm2d) ? 5 : 6;
            }

            bool IsAffine(nn.Module m) => m is BatchNorm2d { affine: true } || m is PbnRewriter.Runtime.PatchBatchNorm2d { affine: true };
            bool IsEither(nn.Module m) => typeof(BatchNorm2d) == m.GetType() || m.GetType() == typeof(PbnRewriter.Runtime.PatchBatchNorm2d);
            bool IsNeither(nn.Module m) => m is not BatchNorm2d and not PbnRewriter.Runtime.PatchBatchNorm2d;
            bool IsOther(nn.Module m, nn.Module other) => m is BatchNorm2d bn && other is PbnRewriter.Runtime.PatchBatchNorm2d;
        }
        """);

    [Fact]
    public async Task OnlyTheTestedValueSeesBoth_SeesBothToo() => await VerifyModelOfModules("""
        class Model
        {
            private readonly object norm = nn.BatchNorm2d(8);
            BatchNorm2d Of(nn.Module m) => (m switch { BatchNorm2d or PbnRewriter.Runtime.PatchBatchNorm2d => (nn.Module)m, _ => null }) as BatchNorm2d;
            bool IsOther(nn.Module m) => typeof(BatchNorm2d) != (m is PbnRewriter.Runtime.PatchBatchNorm2d ? this.norm : m).GetType();
            int Kind(nn.Module m, nn.Module other)
            {
                switch (m)
                {
                    case BatchNorm2d when other is not PbnRewriter.Runtime.PatchBatchNorm2d: return 1;
                    default: return 0;
                }
            }
        }
        """);

    [Fact]
    public async Task NoSiteRewritten_Stays()
    {
        var source = TestSolution.Usings + "class Model { bool Is(nn.Module m) => m is BatchNorm2d; }\n";

        Assert.Equal(source, await Rewriting.OfAsync(source));
    }

    [Fact]
    public async Task OtherTypeOf_IsLeftAndReported()
    {
        var source = TestSolution.Usings + """
            class Model
            {
                private readonly object norm = BatchNorm2d(8);
                private readonly Type[] kinds = { typeof(BatchNorm2d) };
            }
            """;

        var result = await Rewriting.OfAsync(TestSolution.Of(source));

        var left = Assert.Single(result.Report.Left);
        Assert.Equal("BatchNorm2d", left.Use);
        Assert.Contains("typeof", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameHiddenByTheFactory_IsQualified() => await VerifyModel("""
        class Model
        {
            private readonly object norm = BatchNorm2d(8);

            void Visit(nn.Module m)
            {
                if (m is BatchNorm2d) { }
                if (m is BatchNorm2d bn) bn.eval();
                var cast = m as BatchNorm2d;
            }
        }
        """);

    private static async Task VerifyBody(string body) => await VerifyModelOfModules($$"""
        class Model
        {
            private readonly object norm = nn.BatchNorm2d(8);

            void Visit(nn.Module m)
            {
        {{body}}
            }
        }
        """);

    /// <summary>A model without <c>using static TorchSharp.torch.nn</c>, so that BatchNorm2d names the type in patterns too.</summary>
    private static async Task VerifyModelOfModules(string source) =>
        await Verify(await Rewriting.OfAsync(TestSolution.Usings.Replace("using static TorchSharp.torch.nn;\n", "", StringComparison.Ordinal) + source), extension: "cs", Snapshot.Path());

    private static async Task VerifyModel(string source) =>
        await Verify(await Rewriting.OfAsync(TestSolution.Usings + source), extension: "cs", Snapshot.Path());
}
