namespace PbnRewriter.CodeFix.Tests;

/// <summary>The call of the factory in the spellings that people use.</summary>
[UsesVerify]
public sealed class SpellingTests
{
    [Fact]
    public async Task Call_UsingStatic() => await VerifyRewritten("""
        using TorchSharp;
        using static TorchSharp.torch.nn;

        var norm = BatchNorm2d(64); // a top-level program
        """);

    [Fact]
    public async Task Call_ThroughNn() => await VerifyRewritten("""
        using TorchSharp;
        using static TorchSharp.torch;

        var norm = nn.BatchNorm2d(64); // a top-level program
        """);

    [Fact]
    public async Task Call_ThroughTorchNn() => await VerifyRewritten("""
        using TorchSharp;

        var norm = torch.nn.BatchNorm2d(64); // a top-level program
        """);

    [Fact]
    public async Task Call_Global() => await VerifyRewritten("""
        var norm = global::TorchSharp.torch.nn.BatchNorm2d(64); // a top-level program
        """);

    [Fact]
    public async Task Call_ThroughAliasOfNn() => await VerifyRewritten("""
        using layers = TorchSharp.torch.nn;

        var norm = layers.BatchNorm2d(64); // a top-level program
        """);

    [Fact]
    public async Task Call_AcrossLinesWithComments() => await VerifyRewritten("""
        using TorchSharp;

        // a top-level program
        var first = torch.nn
            .BatchNorm2d(64);
        var second = torch /* the library */ .nn // its modules
            .BatchNorm2d(64);
        """);

    [Fact]
    public async Task Arguments_PositionalAndNamed() => await VerifyModel("""
        class Model
        {
            object a = BatchNorm2d(64, 1e-3);
            object b = BatchNorm2d(num_features: 64, eps: 1e-3);
            object c = BatchNorm2d(momentum: 0.01, num_features: 64);
            object d = BatchNorm2d(64, 1e-5, 0.1, true, true, CPU, ScalarType.Float64);
        }
        """);

    [Fact]
    public async Task Arguments_WithComments() => await VerifyModel("""
        class Model
        {
            object a = BatchNorm2d(64 /* channels */);
            object b = BatchNorm2d(/* channels */ 64, eps: 1e-3 /* as in the paper */);
            object c = BatchNorm2d(64 // channels
                );
        }
        """);

    [Fact]
    public async Task Arguments_OneALine() => await VerifyModel("""
        class Model
        {
            object a = BatchNorm2d(
                64,
                eps: 1e-3);

            object b = BatchNorm2d(
                num_features: 64, // channels
                eps: 1e-3 // as in the paper
            );
        }
        """);

    [Fact]
    public async Task Arguments_WithBranchesOfAnIf() => await VerifyModel("""
        class Model
        {
            object norm = BatchNorm2d(3,
        #if DEBUG
                eps: 1e-3
        #else
                eps: 1e-4
        #endif
                );
        }
        """);

    [Fact]
    public async Task Call_WithMembersChained() => await VerifyModel("""
        class Model
        {
            BatchNorm2d a = BatchNorm2d(64).to(CPU);
            Tensor b = BatchNorm2d(64).forward(zeros(1, 64, 2, 2));
        }
        """);

    [Fact]
    public async Task Grid_FromTheCaller() => await VerifySnapshot(
        await Rewriting.OfAsync(TestSolution.Usings + "class Model { object norm = BatchNorm2d(64); }\n", (3, 4)));

    [Fact]
    public async Task Grid_FromEditorConfig()
    {
        var solution = TestSolution.Of(TestSolution.Usings + "class Model { object norm = BatchNorm2d(64); }\n").WithEditorConfig("PBN0001.grid = 1x2");

        var result = await Rewriting.OfAsync(solution);

        await VerifySnapshot(await result.TextAsync());
    }

    [Fact]
    public async Task Options_FromEditorConfig()
    {
        var solution = TestSolution.Of(TestSolution.Usings + """
            class Model
            {
                object norm = BatchNorm2d(64);
                object lines = BatchNorm2d(
                    64,
                    eps: 1e-3); // as in the paper
            }

            class Other
            {
                private const int PatchLayout = 3;
                object norm = BatchNorm2d(64, momentum: PatchLayout);
            }

            """).WithEditorConfig("""
            PBN0001.global_weight = 0.25
            PBN0001.statistics = selected
            PBN0001.layout = RANDOM
            PBN0001.warmup_batches = 500
            """);

        var result = await Rewriting.OfAsync(solution);

        await VerifySnapshot(await result.TextAsync());
    }

    [Fact]
    public async Task Options_ThatAreTheDefaultsOrUnreadable_AddOnlyTheGrid()
    {
        var solution = TestSolution.Of(TestSolution.Usings + "class Model { object norm = BatchNorm2d(64); }\n").WithEditorConfig("""
            PBN0001.global_weight = 1.5
            PBN0001.statistics = Blended
            PBN0001.layout = triangles
            PBN0001.warmup_batches = 0
            """);

        var result = await Rewriting.OfAsync(solution);

        Assert.Contains("pbn.PatchBatchNorm2d(64, grid: (2, 2));", await result.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void OptionNamesAndDefaults_AreTheRuntimes()
    {
        Assert.Equal(Enum.GetNames<Runtime.PatchStatistics>(), LayerOptions.StatisticsNames);
        Assert.Equal(Enum.GetNames<Runtime.PatchLayout>(), LayerOptions.LayoutNames);
        var defaults = typeof(Runtime.pbn).GetMethod(nameof(Runtime.pbn.PatchBatchNorm2d))!.GetParameters()
            .ToDictionary(parameter => parameter.Name!, parameter => parameter.DefaultValue);
        Assert.Equal(defaults["global_weight"], LayerOptions.Default.GlobalWeight);
        Assert.Equal(defaults["statistics"]!.ToString(), LayerOptions.Default.Statistics);
        Assert.Equal(defaults["layout"]!.ToString(), LayerOptions.Default.Layout);
        Assert.Equal(defaults["warmup_batches"], LayerOptions.Default.WarmupBatches);
    }

    [Fact]
    public async Task Name_HiddenByLocal() => await VerifyModel("""
        class Model
        {
            object Make(int pbn) => BatchNorm2d(pbn);
        }
        """);

    [Fact]
    public async Task Name_HiddenByLocalAndNamespace() => await VerifyRewritten("""
        using TorchSharp;
        using static TorchSharp.torch.nn;

        namespace Shop.PbnRewriter
        {
            class Model
            {
                object Make(int pbn) => BatchNorm2d(pbn);
            }
        }
        """);

    [Fact]
    public async Task NotOurs_MethodAndClassOfThatName()
    {
        const string Source = """
            class BatchNorm2d
            {
                public static BatchNorm2d Make(long channels) => new Other().BatchNorm2d(channels);
            }

            class Other
            {
                public BatchNorm2d BatchNorm2d(long channels) => new(); // BatchNorm2d(64)
                string Text = "torch.nn.BatchNorm2d(64)";
            }
            """;

        Assert.Equal(Source, await Rewriting.OfAsync(Source));
    }

    private static async Task VerifyModel(string source) => await VerifyRewritten(TestSolution.Usings + source);

    private static async Task VerifyRewritten(string source) => await VerifySnapshot(await Rewriting.OfAsync(source));

    private static async Task VerifySnapshot(string text) => await Verify(text, extension: "cs", Snapshot.Path());
}
