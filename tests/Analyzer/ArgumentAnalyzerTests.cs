using PbnRewriter.Runtime;
using ArgumentTest = PbnRewriter.Analyzer.Tests.RuleTest<PbnRewriter.ArgumentAnalyzer, Microsoft.CodeAnalysis.Testing.EmptyCodeFixProvider>;

namespace PbnRewriter.Analyzer.Tests;

public sealed class ArgumentAnalyzerTests
{
    private const string Usings = """
        using PbnRewriter.Runtime;
        using TorchSharp;
        using static TorchSharp.torch;

        """;

    [Theory]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: ({|#0:0|}, 2))", "rows", "0", "a whole number of at least 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: (2, {|#0:-3|}))", "columns", "-3", "a whole number of at least 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: new PatchGrid({|#0:0|}, 2))", "rows", "0", "a whole number of at least 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: new PatchGrid { Columns = {|#0:Zero|} })", "Columns", "0", "a whole number of at least 1")]
    [InlineData("new PatchGrid(2, 2) with { Rows = {|#0:0|} }", "Rows", "0", "a whole number of at least 1")]
    [InlineData("(PatchGrid)({|#0:Zero|}, 1)", "rows", "0", "a whole number of at least 1")]
    [InlineData("PatchGrid.Parse({|#0:\"0x2\"|})", "text", "\"0x2\"", "RxC with whole numbers of at least 1, such as 2x2")]
    [InlineData("pbn.PatchBatchNorm2d(8, global_weight: {|#0:1.5|})", "global_weight", "1.5", "a number from 0 to 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, global_weight: {|#0:2|})", "global_weight", "2", "a number from 0 to 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, global_weight: {|#0:double.NaN|})", "global_weight", "NaN", "a number from 0 to 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, 1e-5, 0.1, true, true, null, null, null, {|#0:-0.1|})", "global_weight", "-0.1", "a number from 0 to 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, warmup_batches: {|#0:-1|})", "warmup_batches", "-1", "a whole number of at least 0")]
    [InlineData(
        "pbn.PatchBatchNorm2d(8, statistics: {|#0:(PatchStatistics)7|})", "statistics", "7", "PatchStatistics.Blended or PatchStatistics.Selected")]
    [InlineData("pbn.PatchBatchNorm2d(8, layout: {|#0:(PatchLayout)(-1)|})", "layout", "-1", "PatchLayout.Even, PatchLayout.Random or PatchLayout.Fused")]
    [InlineData("pbn.convert_patch_batchnorm(m, global_weight: {|#0:7|})", "global_weight", "7", "a number from 0 to 1")]
    [InlineData("pbn.functional.patch_batch_norm(x, null, null, training: true, grid: (1, {|#0:0|}))", "columns", "0", "a whole number of at least 1")]
    [InlineData("layer.global_weight = {|#0:2|}", "global_weight", "2", "a number from 0 to 1")]
    [InlineData("layer.warmup_batches = {|#0:-5|}", "warmup_batches", "-5", "a whole number of at least 0")]
    [InlineData("layer.grid = ({|#0:0|}, 1)", "rows", "0", "a whole number of at least 1")]
    [InlineData("layer.grid is var grid ? grid = ({|#0:0|}, 1) : grid", "rows", "0", "a whole number of at least 1")]
    [InlineData("layer is { grid: var grid } ? grid = ({|#0:0|}, 1) : null", "rows", "0", "a whole number of at least 1")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: (1, 2), layout: PatchLayout.Even, global_weight: {|#0:Zero - 1|})", "global_weight", "-1", "a number from 0 to 1")]
    public async Task ConstantOutsideItsRange_IsReported(string code, string name, string value, string takes) => await new ArgumentTest
    {
        TestCode = Source(code),
    }.Expecting(0, "Model.Run", name, value, takes).RunAsync();

    [Fact]
    public async Task BothSidesOutside_AreReportedEach() => await new ArgumentTest
    {
        TestCode = Source("pbn.PatchBatchNorm2d(8, grid: ({|#0:0|}, {|#1:0|}))"),
    }
        .Expecting(0, "Model.Run", "rows", "0", "a whole number of at least 1")
        .Expecting(1, "Model.Run", "columns", "0", "a whole number of at least 1")
        .RunAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PairForAGridDeclaredElsewhere_IsReported(bool inAnotherProject)
    {
        var settings = ("/Settings.cs", "public class Settings { public PbnRewriter.Runtime.PatchGrid Cut { get; set; } }\n");
        var test = new ArgumentTest { TestCode = "class Model { Settings of = new() { Cut = ({|#0:0|}, 2) }; }\n" };
        if (inAnotherProject)
        {
            test.AddProject("Settings", settings, settings.Item2);
        }
        else
        {
            test.TestState.Sources.Add(settings);
        }

        await test.Expecting(0, "Model.of", "rows", "0", "a whole number of at least 1").RunAsync();
    }

    [Theory]
    [InlineData("pbn.PatchBatchNorm2d(8)")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: (1, 1), global_weight: 0, warmup_batches: 0)")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: null, global_weight: 1, layout: PatchLayout.Fused, statistics: (PatchStatistics)1)")]
    [InlineData("pbn.PatchBatchNorm2d(8, grid: (side, side), global_weight: side, warmup_batches: side)")]
    [InlineData("PatchGrid.Parse(\"2X3\")")]
    [InlineData("PatchGrid.TryParse(\"none\", out _)")]
    [InlineData("default(PatchGrid)")]
    [InlineData("nn.BatchNorm2d(8, eps: -1)")]
    [InlineData("Other(rows: 0, global_weight: 7)")]
    public async Task OtherValues_AreNotReported(string code) => await new ArgumentTest { TestCode = Source(code) }.RunAsync();

    [Theory]
    [InlineData(-0.1)]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    [InlineData(-1L)]
    [InlineData(0L)]
    [InlineData(0)]
    [InlineData(1)]
    public void Range_IsTheRuntimes(object value)
    {
        var isAccepted = value switch
        {
            double weight => LayerRanges.IsGlobalWeight(weight),
            long batches => LayerRanges.IsWarmupBatches(batches),
            _ => LayerRanges.IsGridSide((int)value),
        };

        Assert.Equal(isAccepted, IsAcceptedByTheRuntime(value));
    }

    [Fact]
    public async Task WithoutTorchSharp_NothingIsReported() => await new ArgumentTest(hasTorchSharp: false, hasRuntime: false)
    {
        TestCode = """
            namespace PbnRewriter.Runtime
            {
                static class pbn { public static object PatchBatchNorm2d(long channels, double global_weight) => channels; }
                class Model { object norm = pbn.PatchBatchNorm2d(8, 1.5); }
            }
            """,
    }.RunAsync();

    [Fact]
    public async Task GeneratedCode_IsNotReported() => await new ArgumentTest
    {
        TestCode = "// <auto-generated/>\nclass Model { object norm = PbnRewriter.Runtime.pbn.PatchBatchNorm2d(8, global_weight: 2); }\n",
    }.RunAsync();

    private static string Source(string code) => Usings + $$"""
        class Model
        {
            const int Zero = 0;
            object? Run(nn.Module m, Tensor x, PatchBatchNorm2d layer, int side) => {{code}};
            object Other(int rows, double global_weight) => rows;
        }
        """;

    /// <summary>Asks the checks behind the layer, which takes torch to construct.</summary>
    private static bool IsAcceptedByTheRuntime(object value)
    {
        var checks = typeof(PatchGrid).Assembly.GetType("PbnRewriter.Runtime.PatchBatchNormCheck", throwOnError: true)!;
        try
        {
            _ = value is int side ? new PatchGrid(side, 1) : checks.GetMethod(value is double ? "GlobalWeight" : "WarmupBatches")!.Invoke(null, [value]);
            return true;
        }
        catch (Exception refused) when ((refused.InnerException ?? refused) is ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
