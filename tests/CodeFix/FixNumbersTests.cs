namespace PbnRewriter.CodeFix.Tests;

/// <summary>Which changes of a rewrite are one fix.</summary>
public sealed class FixNumbersTests
{
    private const string Models = """
        class First : Model { BatchNorm2d a = BatchNorm2d(1), b = BatchNorm2d(2); }
        class Second : Model { object c = BatchNorm2d(3); void D() => c = BatchNorm2d(4); }

        """;

    private const string Plain = "class Model { }\n";

    private const string Testing = "class Model { bool Is(object norm) => norm is BatchNorm2d; }\n";

    [Fact]
    public async Task ConstructionsOfOneType_AreOneFix_AndOthersEachTheirOwn()
    {
        var report = await RewriteAsync(Models + Plain);

        Assert.Equal([1, 1, 2, 3], report.Sites.Select(site => site.Fix));
        Assert.Equal(["PatchBatchNorm2d", "pbn.PatchBatchNorm2d", ", grid: (2, 2)", "pbn.PatchBatchNorm2d", ", grid: (2, 2)"], TextsOf(report, 1));
        Assert.Equal(["pbn.PatchBatchNorm2d", ", grid: (2, 2)"], TextsOf(report, 2));
    }

    [Fact]
    public async Task TypeTest_IsPartOfEachFix()
    {
        var report = await RewriteAsync(Models + Testing);

        Assert.All([1, 2, 3], fix => Assert.Single(TextsOf(report, fix), text => text.Contains(" or ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TestOfADeclaredType_IsPartOfThatTypesFix()
    {
        var report = await RewriteAsync("class Model { BatchNorm2d? a = BatchNorm2d(1); bool Is() => a is BatchNorm2d; object b = BatchNorm2d(2); }");

        Assert.Equal(2, TextsOf(report, report.Sites[0].Fix!.Value).Count(text => text == "PatchBatchNorm2d"));
        Assert.DoesNotContain("PatchBatchNorm2d", TextsOf(report, report.Sites[1].Fix!.Value));
    }

    [Fact]
    public async Task WhatATestFinds_AndTheConstructionsThatMeetIt_ArePartOfEachFix()
    {
        var report = await RewriteAsync(
            Models + "class Model { BatchNorm2d? kept = BatchNorm2d(5); void Keep(object norm) { if (norm is BatchNorm2d found) { kept = found; } } }");

        Assert.Equal([1, 1, 2, 3, TextEdit.EveryFix], report.Sites.Select(site => site.Fix));
        Assert.All([1, 2, 3], fix => Assert.Contains(TextsOf(report, fix), text => text == "BatchNorm"));
    }

    [Fact]
    public async Task DirectiveThatIsNeededNoMore_TakesAllChangesOfItsFile()
    {
        var report = await RewriteAsync(Models + Plain, "dotnet_diagnostic.IDE0005.severity = warning");

        Assert.Equal([1, 1, 1, 1], report.Sites.Select(site => site.Fix));
        Assert.Equal(report.Edits, report.EditsOf(1));
    }

    private static async Task<RewriteReport> RewriteAsync(string source, string options = "") =>
        (await Rewriting.OfAsync(TestSolution.Of(TestSolution.Usings + source).WithEditorConfig(options))).Report;

    private static IEnumerable<string> TextsOf(RewriteReport report, int fix) =>
        report.EditsOf(fix).Select(edit => edit.NewText).Where(text => !text.StartsWith("using", StringComparison.Ordinal));
}
