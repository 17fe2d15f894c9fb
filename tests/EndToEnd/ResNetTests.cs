using System.Globalization;
using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>The built tool on a copy of samples/ResNet, which is then built and run.</summary>
public sealed partial class ResNetTests
{
    [Fact]
    public async Task RewrittenSample_BuildsTrainsAndEvaluatesAsBefore()
    {
        using var sample = SolutionCopy.OfSample("ResNet");
        var original = sample.Files();
        await BuildAsync(sample);
        var checkpoint = Path.Combine(sample.Folder, "resnet18.bin");
        var before = await RunAsync(sample, "--model", "resnet18", "--steps", "3", "--save", checkpoint, "--keys", "--evaluate");
        var evaluatedBefore = await RunAsync(sample, "--model", "resnet18", "--steps", "0", "--load", checkpoint, "--evaluate");
        var deepBefore = await RunAsync(sample, "--model", "resnet50", "--steps", "0", "--keys");

        await RewriteAsync(sample);
        var rewritten = sample.Files();
        await BuildAsync(sample);
        var after = await RunAsync(sample, "--model", "resnet18", "--steps", "3", "--keys");
        var evaluatedAfter = await RunAsync(sample, "--model", "resnet18", "--steps", "0", "--load", checkpoint, "--evaluate");
        var deepAfter = await RunAsync(sample, "--model", "resnet50", "--steps", "0", "--keys");

        Assert.NotEqual(original["ResNet.Models/ResNet.cs"], rewritten["ResNet.Models/ResNet.cs"]);
        Assert.DoesNotContain(Sources(sample), source => Construction().IsMatch(source));
        Assert.NotEmpty(Keys(before));
        Assert.Equal(Keys(before), Keys(after));
        Assert.Equal(Keys(deepBefore), Keys(deepAfter));
        Assert.Equal(Line(evaluatedBefore, "evaluation sha256"), Line(evaluatedAfter, "evaluation sha256"));
        Assert.Equal(Line(before, "model resnet18, normalization layers initialized: 20"), Line(after, "model resnet18"));
        Assert.Equal(Line(deepBefore, "model resnet50, normalization layers initialized: 53"), Line(deepAfter, "model resnet50"));
        Assert.Equal(3, Losses(after).Count);
        Assert.All(Losses(after), loss => Assert.True(double.IsFinite(loss)));
        Assert.NotEqual(Losses(before), Losses(after));

        await RewriteAsync(sample);

        Assert.Equal(rewritten, sample.Files());
    }

    [Fact]
    public async Task Diff_IsAcceptedByGitAndWritesNothing()
    {
        using var sample = SolutionCopy.OfSample("ResNet");
        var original = sample.Files();
        var diff = await Command.DotnetAsync(sample.Folder, Repository.Tool, "ResNet.sln", "--grid", "2x2", "--diff");
        Assert.Equal(0, diff.ExitCode);
        Assert.Equal(original, sample.Files());

        var patch = Path.Combine(sample.Folder, "pbn.patch");
        await File.WriteAllTextAsync(patch, diff.Output);
        using (var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", ["apply", "pbn.patch"]) { WorkingDirectory = sample.Folder })!)
        {
            await git.WaitForExitAsync();
            Assert.Equal(0, git.ExitCode);
        }

        File.Delete(patch);
        var applied = sample.Files();
        using var other = SolutionCopy.OfSample("ResNet");
        await Command.LinesAsync(other.Folder, Repository.Tool, "ResNet.sln", "--grid", "2x2");
        var written = other.Files();
        Assert.True(written.Remove(".pbn-rewrite"));
        Assert.NotEqual(original, applied);
        Assert.Equal(written, applied);
    }

    private static Task<string[]> BuildAsync(SolutionCopy sample) =>
        Command.LinesAsync(sample.Folder, "build", "ResNet.sln", "--nologo", "-v", "quiet", "-nodeReuse:false");

    private static Task<string[]> RewriteAsync(SolutionCopy sample) =>
        Command.LinesAsync(sample.Folder, Repository.Tool, "ResNet.sln", "--grid", "2x2", "--reference", "project=" + Repository.RuntimeProject);

    private static Task<string[]> RunAsync(SolutionCopy sample, params string[] arguments) =>
        Command.LinesAsync(sample.Folder, [Path.Combine("ResNet.Train", "bin", "Debug", "net10.0", "ResNet.Train.dll"), .. arguments]);

    private static IEnumerable<string> Sources(SolutionCopy sample) =>
        sample.Files().Where(file => file.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(file => System.Text.Encoding.UTF8.GetString(file.Value));

    private static string Line(string[] lines, string start) => Assert.Single(lines, line => line.StartsWith(start, StringComparison.Ordinal));

    private static List<double> Losses(string[] lines) =>
        [.. lines.Where(line => line.StartsWith("step ", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))];

    private static List<string> Keys(string[] lines) =>
        [.. lines.Where(line => line.EndsWith(".weight", StringComparison.Ordinal) || line.EndsWith(".bias", StringComparison.Ordinal)
            || line.Contains(".running_", StringComparison.Ordinal) || line.EndsWith(".num_batches_tracked", StringComparison.Ordinal))];

    [GeneratedRegex(@"(?<!Patch)BatchNorm2d\s*\(")]
    private static partial Regex Construction();
}
