using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Values that compiled code gives and demands: no edit reaches its declared types.</summary>
[UsesVerify]
public sealed class CompiledCodeTests
{
    private const string Vendor = """
        using TorchSharp;
        using TorchSharp.Modules;

        namespace Vendor;

        public static class Norms
        {
            public static BatchNorm2d Default() => torch.nn.BatchNorm2d(8);
            public static void Inspect(BatchNorm2d norm) { }
            public static void Collect(System.Collections.Generic.List<BatchNorm2d> norms) { }
            public static void Visit(torch.nn.Module module) { }
        }

        public abstract class Block
        {
            public BatchNorm2d? Norm;
            public abstract BatchNorm2d Make(long channels);
        }
        """;

    [Fact]
    public async Task ValueFromCompiledCode_GivesTheGroupTheBaseType()
    {
        var result = await RewriteAsync("""
            class Model
            {
                private BatchNorm2d norm = BatchNorm2d(16);
                void Reset() => norm = Vendor.Norms.Default();
                BatchNorm2d Norm => norm;
            }
            """);

        Assert.True(Assert.Single(result.Report.Sites).IsRewritten);
        await VerifyAsync(result);
    }

    [Fact]
    public async Task CompiledMethodThatDemandsIt_KeepsTheSiteWithItsReason()
    {
        var result = await RewriteAsync("""
            class Model
            {
                private readonly BatchNorm2d inspected = BatchNorm2d(16);
                private readonly List<BatchNorm2d> collected = [BatchNorm2d(4)];
                private readonly BatchNorm2d visited = BatchNorm2d(32);

                void Run()
                {
                    var same = inspected;
                    Vendor.Norms.Inspect(same);
                    Vendor.Norms.Collect(collected);
                    Vendor.Norms.Visit(visited);
                }
            }
            """);

        Assert.Equal([false, false, true], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.Contains("Vendor.Norms.Inspect(TorchSharp.Modules.BatchNorm2d) is compiled with BatchNorm2d", result.Report.Sites[0].LeftBecause, StringComparison.Ordinal);
        Assert.Contains("Vendor.Norms.Collect", result.Report.Sites[1].LeftBecause, StringComparison.Ordinal);
        await VerifyAsync(result);
    }

    [Fact]
    public async Task CompiledFieldAndOverride_KeepTheirSites()
    {
        var result = await RewriteAsync("""
            class Model : Vendor.Block
            {
                public Model() => Norm = BatchNorm2d(16);
                public override BatchNorm2d Make(long channels) => BatchNorm2d(channels);
                public object Own => BatchNorm2d(2);
            }
            """);

        Assert.Equal([false, false, true], result.Report.Sites.Select(site => site.IsRewritten));
        Assert.Contains("Vendor.Block.Norm", result.Report.Sites[0].LeftBecause, StringComparison.Ordinal);
        Assert.Contains("Vendor.Block.Make", result.Report.Sites[1].LeftBecause, StringComparison.Ordinal);
        await VerifyAsync(result);
    }

    private static async Task<RewriteResult> RewriteAsync(string source)
    {
        var solution = TestSolution.Of(TestSolution.Usings + source);
        var project = solution.Projects.Single();
        var compilation = CSharpCompilation.Create(
            "Vendor", [CSharpSyntaxTree.ParseText(Vendor)], project.MetadataReferences, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var emitted = compilation.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        return await Rewriting.OfAsync(solution.AddMetadataReference(project.Id, MetadataReference.CreateFromImage(assembly.ToArray())));
    }

    private static async Task VerifyAsync(RewriteResult result) =>
        await Verify(await result.TextAsync(), extension: "cs", Snapshot.Path());
}
