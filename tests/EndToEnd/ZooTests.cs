using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>The built tool on a solution of several projects that has each shape in which BatchNorm2d is met.</summary>
public sealed partial class ZooTests(ZooRun run) : IClassFixture<ZooRun>
{
    private const string Generated = "it is in generated code";
    private const string TooOld = "a project that compiles it does not reference PbnRewriter.Runtime, which needs net8.0 or newer";

    [Fact]
    public void Rewrite_Succeeds() => Assert.True(run.Rewrite.ExitCode == 0, run.Rewrite.Output + run.Rewrite.Error);

    [Fact]
    public void RewrittenApp_PrintsWhatItPrintedBefore()
    {
        Assert.NotEmpty(run.BuildBefore.Output);
        Assert.Equal(run.BuildBefore.Output, run.BuildAfter.Output);
    }

    [Fact]
    public void RewrittenApp_BuildsWithoutANewWarning() => Assert.Empty(run.BuildAfter.Warnings.Except(run.BuildBefore.Warnings));

    [Fact]
    public void EverySite_IsAccountedForOnce()
    {
        var found = SiteLine.In(run.Rewrite).Select(site => $"{site.File}:{site.Line}").Order(StringComparer.Ordinal);

        Assert.Equal(ConstructionsIn(run.Before).Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public void Sum_AddsUp()
    {
        var sites = SiteLine.In(run.Rewrite);

        var rewritten = sites.Count(site => site.LeftBecause is null);
        Assert.Contains($"Rewrote {rewritten} of {sites.Count} BatchNorm2d constructions in ", run.Rewrite.Output, StringComparison.Ordinal);
        Assert.Equal(sites.Count - rewritten, ConstructionsIn(run.After).Count());
    }

    [Fact]
    public void LeftSites_AreThoseThatHaveToStay() => Assert.Equal(
        [
            ("Zoo.Classic/Generated/Imported.cs", "Imported.Norm", Generated),
            ("Zoo.Classic/Generated/Scaffold.g.cs", "Scaffold.scaffolded", Generated),
            ("Zoo.Legacy/LegacyBlock.cs", "LegacyBlock..ctor", TooOld),
            ("Zoo.Legacy/LegacyBlock.cs", "LegacyBlock.Make", TooOld),
            ("Zoo.Models/Vendored.cs", "OnnxExporter.Calibration", "Vendor.Exporter.Calibration() is compiled with BatchNorm2d"),
            ("Zoo.Models/Vendored.cs", "Vendored.inspected", "Vendor.Diagnostics.Inspect(TorchSharp.Modules.BatchNorm2d) is compiled with BatchNorm2d"),
        ],
        SiteLine.In(run.Rewrite)
            .Where(site => site.LeftBecause is not null)
            .Select(site => (site.File, site.Member, site.LeftBecause!))
            .Order());

    [Fact]
    public void WhatCannotBeFollowed_IsNoted()
    {
        var notes = Note().Matches(run.Rewrite.Output).Select(match => (match.Groups["file"].Value, match.Groups["reason"].Value));

        Assert.Equal(
            [
                ("Zoo.Classic/Conditional.cs", "it is in code that #if leaves out of the configuration at hand"),
                ("Zoo.Classic/Conditional.cs", "it is in code that #if leaves out of the configuration at hand"),
                ("Zoo.Inspection/TypeNames.cs", "typeof names one type, and what it is used for is not known"),
                ("Zoo.Inspection/TypeNames.cs", "typeof names one type, and what it is used for is not known"),
            ],
            notes);
    }

    [Fact]
    public void SecondRewrite_ChangesNothing()
    {
        Assert.True(run.SecondRewrite.ExitCode == 0, run.SecondRewrite.Output + run.SecondRewrite.Error);
        Assert.Contains("Nothing to change", run.SecondRewrite.Output, StringComparison.Ordinal);
        Assert.Equal(run.After, run.AfterSecond);
    }

    [Fact]
    public void Revert_GivesEveryFileItsBytesBack()
    {
        Assert.True(run.Revert.ExitCode == 0, run.Revert.Output + run.Revert.Error);
        Assert.Equal(run.Before, run.Reverted);
    }

    [Fact]
    public void PartOfTheSites_IsChosenByProjectFileAndMember()
    {
        Assert.True(run.Partial.ExitCode == 0, run.Partial.Output + run.Partial.Error);
        var sites = SiteLine.In(run.Partial);

        Assert.All(sites, site => Assert.StartsWith("Zoo.Layers/", site.File, StringComparison.Ordinal));
        Assert.Equal(
            ["ConvNorm..ctor", "ConvNorm..ctor", "ConvNorm.Spare", "PlainBackbone.MakeNorm"],
            sites.Where(site => site.LeftBecause is null).Select(site => site.Member).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["--exclude names its file", "--sites does not name its member"],
            sites.Select(site => site.LeftBecause).OfType<string>().Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LinesOutsideTheEdits_KeepTheirBytes()
    {
        Assert.Equal([".pbn-rewrite"], run.After.Keys.Except(run.Before.Keys));
        foreach (var (file, before) in run.Before)
        {
            var changes = LineChanges.Between(before, run.After[file]);
            var (old, @new) = file.EndsWith(".cs", StringComparison.Ordinal) ? (OldLine(), NewLine()) : (Nothing(), RuntimeReference());
            Assert.All(changes.Removed, line => Assert.True(old.IsMatch(line), $"{file} lost: {line}"));
            Assert.All(changes.Added, line => Assert.True(@new.IsMatch(line), $"{file} gained: {line}"));
        }
    }

    [Theory]
    [InlineData("Zoo.Classic/WindowsBlock.cs", "EFBBBF", "\r\n")]
    [InlineData("Zoo.Classic/WideTextBlock.cs", "FFFE", "\r\n")]
    [InlineData("Zoo.Classic/TabbedBlock.cs", "7573696E67", "\n")]
    public void RewrittenFile_KeepsItsMarkAndLineEndings(string file, string start, string ending)
    {
        var lines = LineChanges.Lines(run.After[file]);

        Assert.StartsWith(start, Convert.ToHexString(run.Before[file]), StringComparison.Ordinal);
        Assert.StartsWith(start, Convert.ToHexString(run.After[file]), StringComparison.Ordinal);
        Assert.All(lines.SkipLast(1), line => Assert.Equal(ending, Ending(line)));
        Assert.NotEqual(run.Before[file], run.After[file]);
    }

    [Fact]
    public void FileWithMixedLineEndings_KeepsEachAndItsNewLineHasItsNeighbours()
    {
        const string File = "Zoo.Classic/MergedBlock.cs";
        var before = LineChanges.Lines(run.Before[File]);
        var after = LineChanges.Lines(run.After[File]).ToList();

        // One line comes in, and no edit changes where a line ends.
        var import = after.FindIndex(line => line.StartsWith("using PbnRewriter.Runtime;", StringComparison.Ordinal));
        Assert.Equal(Ending(before[0]), Ending(after[import]));
        after.RemoveAt(import);
        Assert.Equal(before.Select(Ending), after.Select(Ending));
        Assert.Equal(["\n", "\r\n"], before.Select(Ending).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TabsAndAMissingLastLineBreak_Stay()
    {
        const string File = "Zoo.Classic/TabbedBlock.cs";
        var after = LineChanges.Lines(run.After[File]);

        Assert.Equal("}", after[^1]);
        Assert.Contains("\t\tprivate readonly PatchBatchNorm2d\tnorm;   \n", after);
        Assert.Contains("\t\t\t\tgrid: (2, 2));\t// no weights\n", after);
    }

    [Fact]
    public void GridOfAFolder_IsItsOwn()
    {
        var portable = string.Concat(LineChanges.Lines(run.After["Zoo.Portable/Depthwise.cs"]));

        Assert.Contains("grid: (2, 1)", portable, StringComparison.Ordinal);
        Assert.DoesNotContain("grid: (2, 2)", portable, StringComparison.Ordinal);
    }

    /// <summary>
    /// The constructions as a person would look for them, by name. What is not TorchSharp's or not compiled has a file of
    /// its own, names in comments have documentation's form, and a type before a parenthesis is an operator's or has a blank
    /// behind it.
    /// </summary>
    private static IEnumerable<string> ConstructionsIn(IReadOnlyDictionary<string, byte[]> files) =>
        from file in files
        where file.Key.EndsWith(".cs", StringComparison.Ordinal)
        where !file.Key.StartsWith("Vendor/", StringComparison.Ordinal)
        where file.Key is not ("Zoo.Inspection/Lookalikes.cs" or "Zoo.Inspection/Onnx.cs")
        let isConditional = file.Key is "Zoo.Classic/Conditional.cs"
        from line in LineChanges.Lines(file.Value).Select((text, index) => (Text: text, Number: index + 1))
        where !line.Text.TrimStart().StartsWith("///", StringComparison.Ordinal)
        where !isConditional || line.Text.Contains("eps: 1e-3", StringComparison.Ordinal)
        from match in Construction().Matches(line.Text)
        select $"{file.Key}:{line.Number}";

    private static string Ending(string line) => line[line.AsSpan().TrimEnd("\r\n").Length..];

    [GeneratedRegex(@"(?<!operator )\bBatchNorm2d\(")]
    private static partial Regex Construction();

    [GeneratedRegex(@"^(?<file>[^()\r\n]+)\(\d+,\d+\): note: '.*' left: (?<reason>[^\r\n]+)", RegexOptions.Multiline)]
    private static partial Regex Note();

    /// <summary>A line that names the type or its alias, or the last of a call's argument lines, which is followed by the grid.</summary>
    [GeneratedRegex(@"BatchNorm2d|\bBN\b|^\s*(affine|eps|momentum): ")]
    private static partial Regex OldLine();

    [GeneratedRegex(@"BatchNorm|^\s*using PbnRewriter\.Runtime;\r?\n$|^\s*grid: \(\d, \d\)\)|^\s*(affine|eps|momentum): .*,|^\n$")]
    private static partial Regex NewLine();

    [GeneratedRegex(@"^\s*<ProjectReference Include="".*PbnRewriter\.Runtime\.csproj"" />\r?\n$")]
    private static partial Regex RuntimeReference();

    [GeneratedRegex("(?!)")]
    private static partial Regex Nothing();
}
