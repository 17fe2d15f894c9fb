using System.Globalization;
using System.Text.Json;

namespace PbnRewriter.Packages.Tests;

/// <summary>A user's way with both packages, from a folder of them.</summary>
[Collection(nameof(Packages))]
public sealed class UserJourneyTests(Packages packages)
{
    private static readonly string[] ConstructionLines = ["Classifier.cs(18)", "Classifier.cs(34)"];

    [Fact]
    public async Task Restore_TakesThePackageFromTheFolder()
    {
        var journey = await packages.JourneyAsync();

        var installed = Path.Combine(journey.Cache, "pbnrewriter", Repository.Version);
        Assert.Equal(
            packages.Copy.Package("PbnRewriter").Files["lib/net8.0/PbnRewriter.Runtime.dll"],
            await File.ReadAllBytesAsync(Path.Combine(installed, "lib", "net8.0", "PbnRewriter.Runtime.dll")));
        Assert.False(Directory.Exists(Path.Combine(journey.Cache, Path.GetFileName(Path.GetDirectoryName(Repository.LibTorch)!))));
    }

    [Fact]
    public async Task Build_SuggestsInTheCompilersLog()
    {
        var journey = await packages.JourneyAsync();

        using var log = JsonDocument.Parse(journey.CompilerLog);
        var results = log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
            .Where(result => result.GetProperty("ruleId").GetString() == "PBN0001")
            .ToList();
        Assert.All(results, result => Assert.Equal("note", result.GetProperty("level").GetString()));
        Assert.All(results, result => Assert.Contains("3x2", result.GetProperty("message").ToString(), StringComparison.Ordinal));
        Assert.Equal(ConstructionLines.Length, results.Count);
        Assert.DoesNotContain("PBN0001", journey.Build.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_WarnsWhereItIsAskedTo()
    {
        var journey = await packages.JourneyAsync();

        var warnings = journey.BuildWithWarnings.Lines
            .Where(line => line.Contains(": warning PBN0001: ", StringComparison.Ordinal))
            .Select(line => Path.GetFileName(line[..line.IndexOf(',', StringComparison.Ordinal)]) + ")")
            .Distinct();
        Assert.Equal(ConstructionLines, warnings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DotnetFormat_RewritesTheModelAndNothingElse()
    {
        var journey = await packages.JourneyAsync();

        Assert.Equal(["Classifier.cs"], ChangedFiles(journey.Written, journey.Formatted));
        var source = Text(journey.Formatted["Classifier.cs"]);
        Assert.Contains("bn1 = pbn.PatchBatchNorm2d(width, eps: 1e-3, grid: (3, 2));", source, StringComparison.Ordinal);
        Assert.Contains("(\"norm\", pbn.PatchBatchNorm2d(to, grid: (3, 2)))", source, StringComparison.Ordinal);
        Assert.Contains("private readonly PatchBatchNorm2d bn1;   // after the stem", source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RewrittenModel_TrainsWithTheLayerOfThePackage()
    {
        var journey = await packages.JourneyAsync();

        Assert.Equal(["bn1: BatchNorm2d", "body.norm: BatchNorm2d"], NormalizationIn(journey.TrainedBefore));
        Assert.Equal(["bn1: PatchBatchNorm2d", "body.norm: PatchBatchNorm2d"], NormalizationIn(journey.TrainedAfter));
        Assert.Contains("normalization layers: 2", journey.TrainedAfter);
        Assert.Equal(Rest(journey.TrainedBefore, "key "), Rest(journey.TrainedAfter, "key "));

        var losses = Rest(journey.TrainedAfter, "loss ").Select(loss => double.Parse(loss, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(10, losses.Count);
        Assert.True(losses[^1] < losses[0], string.Join(", ", losses));
        Assert.NotEqual(Rest(journey.TrainedBefore, "loss "), Rest(journey.TrainedAfter, "loss "));
    }

    [Fact]
    public async Task InstalledTool_WritesTheSameBytes()
    {
        var journey = await packages.JourneyAsync();

        Assert.Equal(Repository.Version, journey.ToolVersion.Output.Trim().Split('+')[0]);
        Assert.Equal(["Classifier.cs"], ChangedFiles(journey.Written, journey.Rewritten));
        Assert.Equal(journey.Formatted["Classifier.cs"], journey.Rewritten["Classifier.cs"]);
    }

    [Fact]
    public async Task InstalledTool_AddsTheReferenceThatAProjectLacks()
    {
        var journey = await packages.JourneyAsync();

        Assert.Contains("Trainer.csproj: reference to the runtime added", journey.RewriteWithoutReference.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"<PackageReference Include=\"PbnRewriter\" Version=\"{Repository.Version}\" />", Text(journey.RewrittenWithoutReference["Trainer.csproj"]), StringComparison.Ordinal);
        Assert.Equal(journey.Formatted["Classifier.cs"], journey.RewrittenWithoutReference["Classifier.cs"]);
    }

    // The record of the tool, with which it takes a rewrite back, is no file of the user's.
    private static IEnumerable<string> ChangedFiles(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
        after.Where(file => file.Key != ".pbn-rewrite" && before.GetValueOrDefault(file.Key) != file.Value)
            .Select(file => file.Key)
            .Concat(before.Keys.Except(after.Keys))
            .Order(StringComparer.Ordinal);

    private static string Text(string bytes) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(bytes));

    private static IEnumerable<string> NormalizationIn(string[] lines) =>
        Rest(lines, "module ").Where(line => line.EndsWith("BatchNorm2d", StringComparison.Ordinal));

    private static IEnumerable<string> Rest(string[] lines, string start) =>
        lines.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line[start.Length..]);
}
