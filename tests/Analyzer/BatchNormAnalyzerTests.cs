using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.Testing;
using FixTest = PbnRewriter.Analyzer.Tests.RuleTest<PbnRewriter.BatchNormAnalyzer, PbnRewriter.CodeFix.BatchNormFixer>;

namespace PbnRewriter.Analyzer.Tests;

public sealed class BatchNormAnalyzerTests
{
    [Fact]
    public async Task Constructions_AreReportedAtTheCalledName() => await new FixTest
    {
        TestCode = """
            using TorchSharp;
            using static TorchSharp.torch.nn;

            class Model
            {
                object a = [|BatchNorm2d|](64);
                object b = [|torch.nn.BatchNorm2d|](64, eps: 1e-3);
                object c = BatchNorm1d(64);
            }
            """,
        FixedCode = """
            using PbnRewriter.Runtime;
            using TorchSharp;
            using static TorchSharp.torch.nn;

            class Model
            {
                object a = pbn.PatchBatchNorm2d(64, grid: (2, 2));
                object b = pbn.PatchBatchNorm2d(64, eps: 1e-3, grid: (2, 2));
                object c = BatchNorm1d(64);
            }
            """,
    }.RunAsync();

    [Fact]
    public async Task Message_NamesTheSiteAndTheConfiguredGrid() => await new FixTest
    {
        EditorConfig = "[*.cs]\nPBN0001.grid = 3x4\n",
        TestCode = "class Model { object norm = {|#0:TorchSharp.torch.nn.BatchNorm2d|}(64); }\n",
        FixedCode = "using PbnRewriter.Runtime;\n\nclass Model { object norm = pbn.PatchBatchNorm2d(64, grid: (3, 4)); }\n",
    }.Expecting(0, "Model.norm", "3x4").RunAsync();

    [Fact]
    public async Task OneFix_TakesConnectedSitesAlong() => await new FixTest
    {
        TestCode = """
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            class Model
            {
                BatchNorm2d norm = [|BatchNorm2d|](8);
                void Widen() => norm = [|BatchNorm2d|](16);
            }
            """,
        NumberOfIncrementalIterations = 1,
        FixedCode = """
            using PbnRewriter.Runtime;
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            class Model
            {
                PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
                void Widen() => norm = pbn.PatchBatchNorm2d(16, grid: (2, 2));
            }
            """,
    }.RunAsync();

    [Fact]
    public async Task SuppressedSite_IsNotTakenAlong() => await new FixTest
    {
        TestCode = """
            using System.Diagnostics.CodeAnalysis;
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            class Model
            {
                BatchNorm2d norm = [|BatchNorm2d|](8);

            #pragma warning disable PBN0001
                void Widen() => norm = BatchNorm2d(16);
            #pragma warning restore PBN0001

                [SuppressMessage("Robustness", "PBN0001")]
                void WidenMore() => norm = BatchNorm2d(32);
            }
            """,
        FixedCode = """
            using System.Diagnostics.CodeAnalysis;
            using PbnRewriter.Runtime;
            using TorchSharp;
            using TorchSharp.Modules;
            using static TorchSharp.torch.nn;

            class Model
            {
                BatchNorm norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));

            #pragma warning disable PBN0001
                void Widen() => norm = BatchNorm2d(16);
            #pragma warning restore PBN0001

                [SuppressMessage("Robustness", "PBN0001")]
                void WidenMore() => norm = BatchNorm2d(32);
            }
            """,
    }.RunAsync();

    [Fact]
    public async Task SiteWhereTheRuleIsOff_IsNotTakenAlong() => await new FixTest
    {
        EditorConfig = "[Off.cs]\ndotnet_diagnostic.PBN0001.severity = none\n",
        TestState =
        {
            Sources =
            {
                ("/On.cs", "partial class Model { TorchSharp.Modules.BatchNorm2d norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(8); }\n"),
                ("/Off.cs", "partial class Model { void Widen() => norm = TorchSharp.torch.nn.BatchNorm2d(16); }\n"),
            },
        },
        FixedState =
        {
            Sources =
            {
                ("/On.cs", "using PbnRewriter.Runtime;\n\npartial class Model { TorchSharp.Modules.BatchNorm norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)); }\n"),
                ("/Off.cs", "partial class Model { void Widen() => norm = TorchSharp.torch.nn.BatchNorm2d(16); }\n"),
            },
        },
    }.RunAsync();

    [Fact]
    public async Task ConfiguredGrid_IsOfferedFirst_AndOthersInAList()
    {
        var test = new FixTest
        {
            EditorConfig = "[*.cs]\nPBN0001.grid = 5x6\n",
            TestCode = "class Model { object norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(64); }\n",
            FixedCode = "using PbnRewriter.Runtime;\n\nclass Model { object norm = pbn.PatchBatchNorm2d(64, grid: (5, 6)); }\n",
        };
        await test.RunAsync();

        Assert.Equal(
            ["Use PatchBatchNorm2d with a 5x6 grid", "Use PatchBatchNorm2d with another grid > 1x2, 2x1, 2x2, 3x3, 4x4"], test.Offered);
    }

    [Theory]
    [InlineData("1x2", "(1, 2)")]
    [InlineData("2x1", "(2, 1)")]
    [InlineData("2x2", "(2, 2)")]
    [InlineData("3x3", "(3, 3)")]
    [InlineData("4x4", "(4, 4)")]
    public async Task GridOfTheList_TakesThePlaceOfTheConfiguredOne(string grid, string constructed) => await new FixTest
    {
        EditorConfig = "[*.cs]\nPBN0001.grid = 5x6\nPBN0001.layout = random\n",
        CodeActionEquivalenceKey = "BatchNormFixer." + grid,
        TestCode = """
            class Model
            {
                object first = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(64);
                object second = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(32);
            }
            """,
        FixedCode = $$"""
            using PbnRewriter.Runtime;

            class Model
            {
                object first = pbn.PatchBatchNorm2d(64, grid: {{constructed}}, layout: PatchLayout.Random);
                object second = pbn.PatchBatchNorm2d(32, grid: {{constructed}}, layout: PatchLayout.Random);
            }
            """,
    }.RunAsync();

    [Fact]
    public async Task ConnectedSitesInSeveralFiles_ComeOutWithTheNarrowType()
    {
        const string Import = "using PbnRewriter.Runtime;\n\n";
        var test = new FixTest
        {
            TestState =
            {
                Sources =
                {
                    ("/Block.cs", "class Block { public TorchSharp.Modules.BatchNorm2d? Norm; }\n"),
                    ("/First.cs", "class First { Block block = new Block { Norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(8) }; }\n"),
                    ("/Second.cs", "class Second { Block block = new Block { Norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(16) }; }\n"),
                },
            },
            FixedState =
            {
                Sources =
                {
                    ("/Block.cs", Import + "class Block { public PatchBatchNorm2d? Norm; }\n"),
                    ("/First.cs", Import + "class First { Block block = new Block { Norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)) }; }\n"),
                    ("/Second.cs", Import + "class Second { Block block = new Block { Norm = pbn.PatchBatchNorm2d(16, grid: (2, 2)) }; }\n"),
                },
            },
            NumberOfIncrementalIterations = 1,
            NumberOfFixAllInDocumentIterations = 1,
            NumberOfFixAllInProjectIterations = 1,
            NumberOfFixAllIterations = 1,
        };
        var previewed = new List<string>();
        test.CodeActionVerifier = (action, _) => previewed = TextsOf(action.GetPreviewOperationsAsync(CancellationToken.None).GetAwaiter().GetResult());
        await test.RunAsync();

        // The preview shows the whole group too, not only the file of the lightbulb.
        Assert.Equal(test.FixedState.Sources.Select(source => source.content.ToString()), previewed);
    }

    [Fact]
    public async Task FixAll_CoversDocumentProjectAndSolution()
    {
        const string Block = "public class Block { public TorchSharp.Modules.BatchNorm2d? Norm; object own = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(4); }\n";
        const string Model = "class Model { Block block = new Block { Norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(8) }; }\n";
        const string Import = "using PbnRewriter.Runtime;\n\n";
        var test = new FixTest
        {
            TestState = { Sources = { ("Model.cs", Model), ("Other.cs", Model.Replace("Model", "Other", StringComparison.Ordinal)) } },
            FixedState =
            {
                Sources =
                {
                    ("Model.cs", Import + "class Model { Block block = new Block { Norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)) }; }\n"),
                    ("Other.cs", Import + "class Other { Block block = new Block { Norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)) }; }\n"),
                },
            },
        };
        test.AddProject("Blocks", ("Block.cs", Block), Import + "public class Block { public PatchBatchNorm2d? Norm; object own = pbn.PatchBatchNorm2d(4, grid: (2, 2)); }\n");

        // One fix takes both uses of the shared type along; what is left needs another one.
        test.NumberOfIncrementalIterations = 2;
        await test.RunAsync();
    }

    [Fact]
    public async Task MethodOfThatNameElsewhere_IsNotReported() => await new FixTest
    {
        TestCode = """
            class Other { public object BatchNorm2d(long channels) => channels; }
            class Model { object norm = new Other().BatchNorm2d(64); }
            """,
    }.RunAsync();

    [Fact]
    public async Task WithoutTorchSharp_NothingIsReported() => await new FixTest(hasTorchSharp: false, hasRuntime: false)
    {
        TestCode = "class Model { object BatchNorm2d(long channels) => channels; object Norm => BatchNorm2d(64); }\n",
    }.RunAsync();

    [Fact]
    public async Task WithoutTheRuntime_NoFixIsOffered()
    {
        const string Source = "class Model { object norm = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(64); }\n";
        await new FixTest(hasRuntime: false) { TestCode = Source, FixedCode = Source }.RunAsync();
    }

    [Fact]
    public async Task SiteThatWouldStay_IsOfferedNoFix()
    {
        const string Model = "class Model { object taken = Taken.Of({|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(64)); }\n";
        const string Taken = "static class Taken { public static object Of(TorchSharp.Modules.BatchNorm2d norm) => norm; }\n";
        var test = new FixTest
        {
            TestState = { Sources = { ("/Model.cs", Model), ("/Taken.g.cs", Taken) } },
            FixedState = { Sources = { ("/Model.cs", Model), ("/Taken.g.cs", Taken) } },
        };
        await test.RunAsync();
    }

    [Fact]
    public async Task FixThatWouldNotCompile_IsNotOffered_AndFixAllLeavesItsSite()
    {
        // What an address is taken of has the exact type of the pointer.
        const string Made = """
                static TorchSharp.Modules.BatchNorm2d Make(long channels) => {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(channels);
                unsafe void Point() { delegate*<long, TorchSharp.Modules.BatchNorm2d> made = &Make; }
            """;
        await new FixTest
        {
            TestCode = $$"""
                class Model
                {
                {{Made}}
                    object own = {|PBN0001:TorchSharp.torch.nn.BatchNorm2d|}(8);
                }
                """,
            FixedState =
            {
                Sources =
                {
                    $$"""
                    using PbnRewriter.Runtime;

                    class Model
                    {
                    {{Made}}
                        object own = pbn.PatchBatchNorm2d(8, grid: (2, 2));
                    }
                    """,
                },
                MarkupHandling = MarkupMode.Allow,
            },
        }.RunAsync();
    }

    [Fact]
    public async Task NameWithAnEscape_IsReported() => await new FixTest
    {
        TestCode = "class Model { object norm = [|TorchSharp.torch.nn.B\\u0061tchNorm2d|](64); }\n",
        FixedCode = "using PbnRewriter.Runtime;\n\nclass Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }\n",
    }.RunAsync();

    [Fact]
    public async Task GeneratedCode_IsNotReported() => await new FixTest
    {
        TestCode = "// <auto-generated/>\nclass Model { object norm = TorchSharp.torch.nn.BatchNorm2d(64); }\n",
    }.RunAsync();

    [Fact]
    public async Task GeneratedMember_IsNotReported() => await new FixTest
    {
        TestCode = """
            partial class Model { [System.CodeDom.Compiler.GeneratedCode("Tool", "1")] object Made() => TorchSharp.torch.nn.BatchNorm2d(64); }
            """,
    }.RunAsync();

    private static List<string> TextsOf(IEnumerable<CodeActionOperation> operations) =>
        [.. operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.Projects.Single().Documents.Select(document => document.GetTextAsync().GetAwaiter().GetResult().ToString())];
}
