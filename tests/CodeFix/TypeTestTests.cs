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
    public async Task OnlyTheTestedValueSeesBoth_SeesBothToo() => await VerifyModelOfModules("""
        class Model
        {
            private readonly object norm = nn.BatchNorm2d(8);
            BatchNorm2d Of(nn.Module m) => (m switch { BatchNorm2d or PbnRewriter.Runtime.PatchBatchNorm2d => (nn.Module)m, _ => null }) as BatchNorm2d;
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
