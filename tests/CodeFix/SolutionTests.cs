using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PbnRewriter.CodeFix.Tests;

/// <summary>Types that are declared in one file or project and used in others.</summary>
[UsesVerify]
public sealed class SolutionTests
{
    [Fact]
    public async Task PartialClass_OfSeveralFiles()
    {
        var solution = TestSolution.Of(
            hasRuntime: true,
            File("GlobalUsings.cs", "global using TorchSharp.Modules;\nglobal using static TorchSharp.torch.nn;\n"),
            File("Model.cs", "public partial class Model\n{\n    private readonly BatchNorm2d bn1;\n    public BatchNorm2d Last => bn1;\n}\n"),
            File("Model.Build.cs", "namespace Unrelated { }\n\npartial class Model\n{\n    public Model() => bn1 = BatchNorm2d(8);\n}\n"));

        await VerifyAsync(await Rewriting.OfAsync(solution));
    }

    [Fact]
    public async Task FixedFile_StaysAndHoldsWhatFlowsIntoIt()
    {
        var library = TestSolution.Of(hasRuntime: true, File("Block.cs", TestSolution.Usings + """
            namespace Blocks
            {
                public abstract class Block
                {
                    public BatchNorm2d? Kept { get; set; }
                    public abstract BatchNorm2d Make();
                    public object Own() => BatchNorm2d(2) is BatchNorm2d norm ? norm : this;
                }
            }
            """));
        var solution = TestSolution.AddProject(library, "App", hasRuntime: true, [library.ProjectIds.Single()], File("App.cs", TestSolution.Usings + """
            namespace App;

            public sealed class Deep : Blocks.Block
            {
                private readonly BatchNorm2d own = BatchNorm2d(8);
                public override BatchNorm2d Make() => BatchNorm2d(4);
                public void Keep() => Kept = BatchNorm2d(3);
                public long Count => own.num_features;
            }
            """));
        var options = RewriteOptions.Default with { FixedFiles = ImmutableDictionary<string, string>.Empty.Add("/Models/Block.cs", "it is another's") };

        var result = await RewriteEngine.RewriteAsync(solution, await Rewriting.SitesAsync(solution), options, default);

        Assert.Empty(result.Report.Errors);
        Assert.Empty(await result.Solution.ErrorsAsync());
        Assert.Equal(["/App/App.cs"], result.Report.Edits.Select(edit => edit.FilePath).Distinct());
        Assert.Equal(
            [
                ("Deep.own", null),
                ("Deep.Make", "Blocks.Block.Make() is declared with BatchNorm2d in a file that is not to be edited: it is another's"),
                ("Deep.Keep", "Blocks.Block.Kept is declared with BatchNorm2d in a file that is not to be edited: it is another's"),
                ("Block.Own", "it is another's"),
            ],
            result.Report.Sites.Select(site => (site.Member, site.LeftBecause)));
    }

    [Fact]
    public async Task PublicApi_ConsumedByASecondProject()
    {
        var library = TestSolution.Of(hasRuntime: true, File("Block.cs", TestSolution.Usings + """
            namespace Blocks
            {
                public interface IHasNorms { IReadOnlyList<BatchNorm2d> Norms { get; } }

                public abstract class Block : IHasNorms
                {
                    public BatchNorm2d First { get; } = BatchNorm2d(8);
                    public abstract IReadOnlyList<BatchNorm2d> Norms { get; }
                    protected virtual BatchNorm2d Make(long channels) => BatchNorm2d(channels);
                }
            }
            """));
        var solution = TestSolution.AddProject(library, "App", hasRuntime: true, [library.ProjectIds.Single()], File("App.cs", TestSolution.Usings + """
            namespace App;

            using Blocks;

            public sealed class Deep : Block
            {
                public override IReadOnlyList<BatchNorm2d> Norms => [First, Make(4)];
                protected override BatchNorm2d Make(long channels) => BatchNorm2d(channels, eps: 1e-3);

                public static long Count(IHasNorms block)
                {
                    long count = 0;
                    foreach (BatchNorm2d norm in block.Norms) count += norm.num_features;
                    return count;
                }
            }
            """));

        await VerifyAsync(await Rewriting.OfAsync(solution));
    }

    [Fact]
    public async Task TopLevelProgram_IsRewritten()
    {
        var solution = TestSolution.Of(hasRuntime: true, File("Program.cs", "// a top-level program\n" + TestSolution.Usings + """
            BatchNorm2d norm = BatchNorm2d(8);
            norm = Make(4);
            foreach (var module in new nn.Module[] { norm })
                if (module is BatchNorm2d bn) Console.WriteLine(bn.eps);
            nn.Module first = norm;
            var found = first as BatchNorm2d;
            var again = first as BatchNorm2d;

            BatchNorm2d Make(long channels) => BatchNorm2d(channels);
            """));

        var result = await Rewriting.OfAsync(solution);

        Assert.All(result.Report.Sites, site => Assert.Equal("Program", site.Member));
        await VerifyAsync(result);
    }

    private static (string Name, SourceText Text) File(string name, string text) => (name, SourceText.From(text, Encoding.UTF8));

    /// <summary>All files of all projects, one after the other under their names.</summary>
    private static async Task VerifyAsync(RewriteResult result)
    {
        Assert.All(result.Report.Sites, site => Assert.Null(site.LeftBecause));
        var text = new StringBuilder();
        foreach (var document in result.Solution.Projects.SelectMany(project => project.Documents))
        {
            text.Append("// ==== ").Append(document.Project.Name).Append('/').Append(document.Name).Append(" ====\n").Append(await document.GetTextAsync());
        }

        await Verify(text.ToString(), extension: "cs", Snapshot.Path());
    }
}
