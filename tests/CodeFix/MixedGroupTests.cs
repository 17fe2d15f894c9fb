using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Groups that a rewritten construction shares with a BatchNorm2d that stays, and groups that must stay.</summary>
[UsesVerify]
public sealed class MixedGroupTests
{
    [Fact]
    public async Task OneSiteStays_TheGroupTakesTheBaseType()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                private readonly BatchNorm2d shared;
                private readonly BatchNorm2d own = BatchNorm2d(8);

                public Model(bool wide)
                {
                    var first = BatchNorm2d(16);
                    var second = BatchNorm2d(32);
                    shared = wide ? second : first;
                }
            }
            """);
        var sites = await Rewriting.SitesAsync(solution);

        var result = await Rewriting.OfAsync(solution, isSelected: site => site != sites[^1]);

        Assert.All(result.Report.Sites, site => Assert.True(site.IsRewritten, site.LeftBecause));
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
    }

    [Fact]
    public async Task ComparedValues_HaveOneType()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                private readonly BatchNorm2d first = BatchNorm2d(8);
                private readonly BatchNorm2d second = BatchNorm2d(8);
                private readonly BatchNorm2d[] list = [BatchNorm2d(4)];
                private readonly BatchNorm2d[] more = [];
                private readonly BatchNorm2d found = BatchNorm2d(2);
                private readonly BatchNorm2d own = BatchNorm2d(1);
                private readonly BatchNorm2d stays = BatchNorm2d(1);

                bool AreSame() => first == second || list != more || (first, 1) == (second, 2) || found == null;
                bool IsFound(nn.Module module) => module is BatchNorm2d norm && norm == found;
                bool IsOwn() => own != stays;
            }
            """);
        var sites = await Rewriting.SitesAsync(solution);

        var result = await Rewriting.OfAsync(solution, isSelected: site => site != sites[^1]);

        Assert.All(result.Report.Sites, site => Assert.True(site.IsRewritten, site.LeftBecause));
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
    }

    [Fact]
    public async Task SiteGivenWithAReason_StaysAndIsReportedWithIt()
    {
        var solution = TestSolution.Of(TestSolution.Usings + "class Model { object first = BatchNorm2d(8), second = BatchNorm2d(16); }\n");
        var sites = await Rewriting.SitesAsync(solution);

        var result = await RewriteEngine.RewriteAsync(
            solution, [sites[0] with { LeaveBecause = "it was not asked for" }, sites[1]], RewriteOptions.Default, CancellationToken.None);

        Assert.Equal(["it was not asked for", null], result.Report.Sites.Select(site => site.LeftBecause));
        Assert.Equal(["Model.first", "Model.first"], result.Report.Sites.Select(site => site.Member));
    }

    [Fact]
    public async Task WholeGroups_TakesTheSitesOfTheSamePlaceAlongAndNoOthers()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                private BatchNorm2d norm = BatchNorm2d(8);
                private BatchNorm2d other = BatchNorm2d(4);
                void Widen() => norm = BatchNorm2d(16);
            }
            """);
        var sites = await Rewriting.SitesAsync(solution);

        var result = await RewriteEngine.RewriteAsync(
            solution, [sites[2]], RewriteOptions.Default with { WholeGroups = true }, CancellationToken.None);

        Assert.Equal([11, 13], result.Report.Sites.Select(site => site.Line));
        Assert.All(result.Report.Sites, site => Assert.True(site.IsRewritten, site.LeftBecause));
        var text = await result.TextAsync();
        Assert.Contains("private PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));", text, StringComparison.Ordinal);
        Assert.Contains("private BatchNorm2d other = BatchNorm2d(4);", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TypeInferredFromTheConstruction_IsTheBaseByACast()
    {
        // An implicitly typed array has no common type for a layer that is rewritten and one that stays.
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                object Pair() => new[] { BatchNorm2d(16), BatchNorm2d(32) };
                void Deconstructed(nn.Module m) { var (norm, width) = (BatchNorm2d(3), 5); if (m is BatchNorm2d) norm = (BatchNorm2d)m; }
                void Named(nn.Module m) { var pair = (norm: BatchNorm2d(3), 5); pair.norm = (BatchNorm2d)m; }
                void Chained(nn.Module m) { var made = new Func<BatchNorm2d>(() => BatchNorm2d(3)); var list = new[] { BatchNorm2d(4).Eval() }.ToList(); list.Add((BatchNorm2d)m); }
            }
            static class Extensions { public static T Eval<T>(this T module) where T : nn.Module { module.eval(); return module; } }
            """);
        var sites = await Rewriting.SitesAsync(solution);

        var result = await Rewriting.OfAsync(solution, isSelected: site => site != sites[1]);

        Assert.All(result.Report.Sites, site => Assert.True(site.IsRewritten, site.LeftBecause));
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
    }

    [Fact]
    public async Task CallThatWouldBindToAnotherOverload_KeepsTheGroupOfItsParameter()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Wrap { public Wrap(BatchNorm2d norm) { } public Wrap(object other) { } }
            static class Model
            {
                static readonly object own = BatchNorm2d(8);
                static string Visit(BatchNorm2d norm) => "2d";
                static string Visit(nn.Module module) => "module";
                static string Kind(this BatchNorm2d norm) => "2d";
                static string Kind(this nn.Module<Tensor, Tensor> module) => "module";
                static string Alone(BatchNorm2d norm) => "2d";
                static string Run(nn.Module m) => m is BatchNorm2d norm ? Visit(norm) : Visit(m);
                static string Kinds(nn.Module m) => m is BatchNorm2d norm ? norm.Kind() : "";
                static object Wrapped(nn.Module m) => m is BatchNorm2d norm ? new Wrap(norm) : m;
                static string Follows(nn.Module m) => m is BatchNorm2d norm ? Alone(norm) : "";
                static string Others() => Visit(BatchNorm1d(3)) + BatchNorm1d(3).Kind() + new Wrap(BatchNorm1d(3)) + Alone(null!);
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Equal(
            [
                "it does not see rewritten layers: a call in Model.cs would be of another overload, Model.Visit(TorchSharp.Modules.BatchNorm)",
                "it does not see rewritten layers: a call in Model.cs would be of another overload, Model.Kind(TorchSharp.Modules.BatchNorm)",
                "it does not see rewritten layers: a call in Model.cs would be of another overload, Wrap.Wrap(TorchSharp.Modules.BatchNorm)",
            ],
            result.Report.Left.Select(use => use.Reason));
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
    }

    [Theory]
    [InlineData("this[BatchNorm2d norm] => \"2d\"; public string this[object other] => \"other\";", "new T()[norm]", "new T()[BatchNorm1d(2)]")]
    [InlineData("Own => \"\"; public static string operator +(T t, BatchNorm2d norm) => \"2d\"; public static string operator +(T t, object other) => \"\";", "new T() + norm", "new T() + BatchNorm1d(2)")]
    [InlineData("F(BatchNorm2d norm) => \"2d\"; public string F(nn.Module other) => \"other\";", "new T().F(norm)", "new[] { BatchNorm1d(2) }.Select(new T().F).First()")]
    [InlineData("Own => \"\"; public T() { } public T(BatchNorm2d norm) { } public T(nn.Module other) { }", "new T(norm).Own", "((T)new(BatchNorm1d(2))).Own")]
    [InlineData("Own => \"\"; public T() { } public T(BatchNorm2d norm) { } public T(nn.Module other) { } class D(BatchNorm1d d) : T(d);", "new T(norm).Own", "\"\"")]
    public async Task UseOfAnotherOverload_InEveryForm_IsSeen(string members, string use, string other)
    {
        var solution = TestSolution.Of(TestSolution.Usings + $$"""
            class T { public string {{members}} }
            class Model
            {
                object own = BatchNorm2d(8);
                string Run(nn.Module m) => m is BatchNorm2d norm ? {{use}} : "";
                string Other() => {{other}};
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.Contains("would be of another overload, T.", Assert.Single(result.Report.Left).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallOfAnOverride_IsNoOtherOverload()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                private BatchNorm2d norm = BatchNorm2d(8);
                void Set(nn.Module m) => norm = (BatchNorm2d)m;
                Tensor Run(Tensor x) => norm.forward(x) + norm.call(x);
                string Name() => norm.ToString() + norm.GetName();
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.Null(Assert.Single(result.Report.Sites).LeftBecause);
    }

    [Fact]
    public async Task RewrittenCodeWouldNotCompile_TheOthersAreRewritten()
    {
        // What an address is taken of has the exact type of the pointer, which nothing follows.
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                static BatchNorm2d Make(long channels) => BatchNorm2d(channels);
                unsafe void Point() { delegate*<long, BatchNorm2d> made = &Make; }
                private readonly BatchNorm2d own = BatchNorm2d(8);
                BatchNorm2d Other() => BatchNorm2d(4);
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.Equal([false, true, true], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.StartsWith("the rewritten code would not compile: Model.cs(12,64): CS0407: ", result.Report.Sites[0].LeftBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheRuntime_SitesAreLeftWithTheReason()
    {
        var solution = TestSolution.Of(TestSolution.Usings + "class Model { object norm = BatchNorm2d(8); }\n", hasRuntime: false);

        var result = await Rewriting.OfAsync(solution);

        Assert.Contains("PbnRewriter.Runtime", Assert.Single(result.Report.Sites).LeftBecause, StringComparison.Ordinal);
        Assert.Same(solution, result.Solution);
    }

    [Fact]
    public async Task SiteInAnExtensionBlock_IsNamedByItsClassAndMember()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            static class NormExtensions
            {
                extension(BatchNorm2d norm) { public BatchNorm2d Doubled() => BatchNorm2d(norm.num_features * 2); }
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.Equal("NormExtensions.Doubled", Assert.Single(result.Report.Sites).Member);
    }

    [Fact]
    public async Task GeneratedCode_IsLeftAndCounted()
    {
        var solution = TestSolution.Of("// <auto-generated/>\n" + TestSolution.Usings + "class Model { object norm = BatchNorm2d(8); }\n");

        var result = await Rewriting.OfAsync(solution);

        Assert.Contains("generated", Assert.Single(result.Report.Sites).LeftBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SiteBesideAnErrorThatACastRemoves_IsRewrittenToo() =>
        Assert.Contains("pbn.PatchBatchNorm2d(4, grid: (2, 2)).affine", await Rewriting.OfAsync(TestSolution.Usings + """
            using System.Threading.Tasks;

            class Model
            {
                Task<BatchNorm2d> Make() => Task.FromResult(BatchNorm2d(4).affine ? BatchNorm2d(8) : BatchNorm2d(16));
                BatchNorm2d Either(nn.Module m) => (m as BatchNorm2d) ?? Make().Result;
            }
            """), StringComparison.Ordinal);

    [Fact]
    public async Task GeneratedCodeThatTakesAnIndexersValue_LeavesTheGroup()
    {
        var solution = TestSolution.Of(
            hasRuntime: true,
            ("Model.cs", SourceText.From(TestSolution.Usings + """
                public class Model
                {
                    private readonly BatchNorm2d own = BatchNorm2d(4);
                    private readonly List<BatchNorm2d> norms = new() { BatchNorm2d(8) };
                    public BatchNorm2d this[int index] => norms[index];
                }
                """, Encoding.UTF8)),
            ("Taken.g.cs", SourceText.From(
                TestSolution.Usings + "class Taken { static void Take(BatchNorm2d norm) { } void Run(Model model) => Take(model[0]); }\n", Encoding.UTF8)));

        var result = await Rewriting.OfAsync(solution);

        Assert.Equal([true, false], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.Contains("generated", result.Report.Sites[1].LeftBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CastsOfElementsThatStay_AreReported()
    {
        var solution = TestSolution.Of(
            hasRuntime: true,
            ("Model.cs", SourceText.From(TestSolution.Usings + """
                class Model
                {
                    object norm = BatchNorm2d(8);
                    void Loop(nn.Module m) { foreach (BatchNorm2d bn in m.children()) Taken.Of(bn); }
                    void Sequence(nn.Module m) => Taken.Of(m.children().Cast<BatchNorm2d>().First());
                }
                """, Encoding.UTF8)),
            ("Taken.g.cs", SourceText.From(TestSolution.Usings + "static class Taken { public static void Of(BatchNorm2d norm) { } }\n", Encoding.UTF8)));

        var result = await Rewriting.OfAsync(solution);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Equal([LeftUseKind.BlindTest, LeftUseKind.BlindTest], result.Report.Left.Select(use => use.Kind));
        Assert.Equal(["BatchNorm2d", "BatchNorm2d"], result.Report.Left.Select(use => use.Use));
    }

    [Fact]
    public async Task GeneratedCodeThatTakesAnInheritedValue_LeavesTheGroup()
    {
        var solution = TestSolution.Of(
            hasRuntime: true,
            ("Model.cs", SourceText.From(TestSolution.Usings + """
                public class Base<T> { public T? Norm { get; protected set; } }
                public class Model : Base<BatchNorm2d> { public Model() => Norm = BatchNorm2d(8); }
                """, Encoding.UTF8)),
            ("Taken.g.cs", SourceText.From(
                TestSolution.Usings + "class Taken { BatchNorm2d? norm = new Model().Norm; }\n", Encoding.UTF8)));

        var result = await Rewriting.OfAsync(solution);

        Assert.StartsWith("the rewritten code would not compile: Taken.g.cs(9,35): CS0", Assert.Single(result.Report.Sites).LeftBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InactiveCode_IsCountedAndReported()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
            #if OFF
                object off = nn.BatchNorm2d(8);
            #else
                object on = nn.BatchNorm2d(8);
            #endif
            }
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        var left = Assert.Single(result.Report.Left);
        Assert.Equal((12, 21, "BatchNorm2d"), (left.Line, left.Column, left.Use));
        Assert.Contains("#if", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorsThatWereThere_StopNothing()
    {
        var solution = TestSolution.Of(TestSolution.Usings + "class Model { BatchNorm2d norm = BatchNorm2d(8); int broken = \"text\"; }\n");

        var result = await RewriteEngine.RewriteAsync(
            solution, await Rewriting.SitesAsync(solution), RewriteOptions.Default, CancellationToken.None);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Single(await result.Solution.ErrorsAsync());
    }

    [Fact]
    public async Task TypesOfAnotherProject_FollowTheValue()
    {
        var library = TestSolution.Of(hasRuntime: true, ("Block.cs", SourceText.From(
            TestSolution.Usings + "public class Block { public BatchNorm2d? Norm { get; set; } }\n", Encoding.UTF8)));
        var solution = TestSolution.AddProject(library, "App", hasRuntime: true, [library.ProjectIds.Single()], ("App.cs", SourceText.From(
            TestSolution.Usings + "class App { Block block = new Block { Norm = BatchNorm2d(8) }; }\n", Encoding.UTF8)));

        var result = await Rewriting.OfAsync(solution);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        var block = result.Solution.Projects.Single(project => project.Name == "Models").Documents.Single();
        Assert.Contains("public PatchBatchNorm2d? Norm", (await block.GetTextAsync()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileOfTwoTargets_IsOneSiteAndOneEdit()
    {
        var text = SourceText.From(
            TestSolution.Usings + "class Model { BatchNorm2d norm = BatchNorm2d(8); bool Is(nn.Module m) => m is BatchNorm2d; }\n", Encoding.UTF8);
        var first = TestSolution.Of(hasRuntime: true, ("Model.cs", text));
        var solution = TestSolution.AddProject(first, "Models", hasRuntime: true, [], ("Model.cs", text));

        var sites = await Rewriting.SitesAsync(solution);
        var result = await RewriteEngine.RewriteAsync(solution, sites, RewriteOptions.Default, CancellationToken.None);

        Assert.Equal(2, sites.Length);
        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        Assert.Empty(await result.Solution.ErrorsAsync());
        var texts = result.Solution.Projects.Select(project => project.Documents.Single().GetTextAsync().Result.ToString()).ToList();
        Assert.Contains("PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8", texts[0], StringComparison.Ordinal);
        Assert.Equal(texts[0], texts[1]);
    }

    [Fact]
    public async Task FileThatATargetWithoutTheRuntimeCompilesToo_KeepsItsSite()
    {
        var shared = SourceText.From(TestSolution.Usings + "public class Model { public BatchNorm2d Norm = BatchNorm2d(8); }\n", Encoding.UTF8);
        var own = SourceText.From(TestSolution.Usings + "class Own { BatchNorm2d norm = BatchNorm2d(4); void Take(Model model) => norm = model.Norm; }\n", Encoding.UTF8);
        var old = TestSolution.Of(hasRuntime: false, ("Model.cs", shared));
        var solution = TestSolution.AddProject(old, "Models", hasRuntime: true, [], ("Model.cs", shared), ("Own.cs", own));

        var result = await Rewriting.OfAsync(solution, isSelected: site => site.DocumentId.ProjectId != old.ProjectIds.Single());

        Assert.Equal([false, true], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.Contains("which needs net8.0 or newer", result.Report.Sites[0].LeftBecause, StringComparison.Ordinal);
        var text = await result.Solution.Projects.Last().Documents.Last().GetTextAsync();
        Assert.Contains("BatchNorm norm = pbn.PatchBatchNorm2d(4, grid: (2, 2));", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectWithoutTheRuntime_KeepsItsSiteInAGroupThatOthersReach()
    {
        var library = TestSolution.Of(hasRuntime: false, ("Block.cs", SourceText.From(
            TestSolution.Usings + "public class Block { public BatchNorm2d Norm = BatchNorm2d(4); }\n", Encoding.UTF8)));
        var solution = TestSolution.AddProject(library, "Zoo", hasRuntime: true, [library.ProjectIds.Single()], ("Zoo.cs", SourceText.From(
            TestSolution.Usings + "class Zoo { Block block = new Block { Norm = BatchNorm2d(8) }; }\n", Encoding.UTF8)));

        var result = await Rewriting.OfAsync(solution);

        Assert.Equal([false, true], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.Contains("PbnRewriter.Runtime", result.Report.Sites[0].LeftBecause, StringComparison.Ordinal);
        var block = result.Solution.Projects.Single(project => project.Name == "Models").Documents.Single();
        Assert.Contains("public BatchNorm Norm = BatchNorm2d(4);", (await block.GetTextAsync()).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task LineEndings_StayAndTheNewLineHasItsNeighbours(string newLine)
    {
        var source = (TestSolution.Usings + "class Model\n{\n\tobject norm = BatchNorm2d(8);\n}").Replace("\n", newLine, StringComparison.Ordinal);

        var rewritten = await Rewriting.OfAsync(source);

        var expected = source
            .Replace("BatchNorm2d(8)", "pbn.PatchBatchNorm2d(8, grid: (2, 2))", StringComparison.Ordinal)
            .Replace("using TorchSharp;", "using PbnRewriter.Runtime;" + newLine + "using TorchSharp;", StringComparison.Ordinal);
        Assert.Equal(expected, rewritten);
    }
}
