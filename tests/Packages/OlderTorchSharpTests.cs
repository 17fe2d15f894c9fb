namespace PbnRewriter.Packages.Tests;

/// <summary>A project whose TorchSharp is older than what the layer works with is told so.</summary>
[Collection(nameof(Packages))]
public sealed class OlderTorchSharpTests(Packages packages)
{
    [Fact]
    public async Task Restore_OfTheLayer_NamesTheTorchSharpThatItNeeds()
    {
        var journey = await packages.JourneyAsync();
        var project = await OlderTorchSharp.ProjectAsync(
            journey, "Referencing", $"<PackageReference Include=\"PbnRewriter\" Version=\"{Repository.Version}\" />");

        var restore = await journey.DotnetAsync(project, "restore", "-tl:off");

        Assert.Equal(1, restore.ExitCode);
        Assert.Contains("error NU1605", restore.Output, StringComparison.Ordinal);
        Assert.Contains($"PbnRewriter {Repository.Version} -> TorchSharp (>= {Path.GetFileName(Repository.TorchSharp)})", restore.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_LeavesTheModelAndNamesTheTorchSharpThatTheLayerNeeds()
    {
        var journey = await packages.JourneyAsync();
        var project = await OlderTorchSharp.ProjectAsync(journey, "Rewritten");
        var reason = $"its project has TorchSharp {OlderTorchSharp.Version}; PbnRewriter.Runtime needs {Path.GetFileName(Repository.TorchSharp)} or newer";

        var run = await journey.ToolAsync(project, "Trainer.csproj");

        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                $"Classifier.cs(18,15): Classifier..ctor: left: {reason}",
                $"Classifier.cs(34,18): Classifier.Block: left: {reason}",
            ],
            run.Lines.Where(line => line.Contains(": left: ", StringComparison.Ordinal)));
        Assert.False(File.Exists(Path.Combine(project, ".pbn-rewrite")));
    }
}
