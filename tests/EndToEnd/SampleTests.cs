using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>The built tool on copies of the samples, which are built and run before and after.</summary>
public sealed partial class SampleTests(SampleRun run) : IClassFixture<SampleRun>
{
    public static TheoryData<Sample> Samples => [.. Sample.All];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Rewrite_LeavesNoConstruction(Sample sample)
    {
        Assert.Contains(Sources(run.Before, sample), source => Construction().IsMatch(source));
        Assert.DoesNotContain(Sources(run.After, sample), source => Construction().IsMatch(source));
    }

    [Fact]
    public void RewrittenSamples_BuildWithoutAWarning() =>
        Assert.DoesNotContain(run.BuildBefore.Concat(run.BuildAfter), line => line.Contains(": warning ", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Samples))]
    public void RewrittenSample_HasTheKeysAndTypeTestsAndOutputOfItsOldCheckpoint(Sample sample)
    {
        var (trained, loaded, _, _) = run.Of(sample);

        Assert.All(sample.Lines, line => Assert.Contains(line, trained.OfTheModel));
        Assert.Contains(trained.OfTheModel, line => line.EndsWith(".running_var", StringComparison.Ordinal));
        Assert.Single(trained.OfTheModel, line => line.StartsWith("evaluation sha256 ", StringComparison.Ordinal));
        Assert.Equal(trained.OfTheModel, loaded.OfTheModel);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sample_PrintsTheMetricOfItsTask(Sample sample) =>
        Assert.Single(run.Of(sample).Trained.Lines, line => Regex.IsMatch(line, $@"^validation {sample.Metric} [01]\.\d{{3}}\b"));

    [Theory]
    [MemberData(nameof(Samples))]
    public void CheckpointOfAnotherNetwork_IsNamed(Sample sample)
    {
        var foreign = run.Of(sample).Foreign;

        Assert.Equal(2, foreign.ExitCode);
        Assert.Matches(@"\.bin is no checkpoint of this network: \S", foreign.Error);
        Assert.DoesNotContain("   at ", foreign.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void RewrittenSample_TrainsOtherwiseUnlessFrozen(Sample sample)
    {
        var (trained, _, retrained, _) = run.Of(sample);

        Assert.Equal(SampleRun.Steps, retrained.Losses.Count);
        Assert.All(retrained.Losses, loss => Assert.True(double.IsFinite(loss)));
        Assert.Equal(sample.IsFrozen, trained.Losses.SequenceEqual(retrained.Losses));
    }

    [Fact]
    public void SecondRewrite_ChangesNothing() => Assert.Equal(run.After, run.AfterSecond);

    [Fact]
    public void Revert_GivesEveryFileItsBytesBack() => Assert.Equal(run.Before, run.Reverted);

    [Fact]
    public async Task Diff_IsAcceptedByGitAndWritesNothing()
    {
        Assert.Equal(0, run.Diff.ExitCode);
        Assert.Equal(run.Before, run.AfterDiff);

        var name = Sample.All[0].Name;
        using var other = SolutionCopy.OfSample(name);
        var patch = Path.Combine(other.Folder, "pbn.patch");
        await File.WriteAllTextAsync(patch, run.Diff.Output);
        using (var git = Process.Start(new ProcessStartInfo("git", ["apply", "pbn.patch"]) { WorkingDirectory = other.Folder })!)
        {
            await git.WaitForExitAsync();
            Assert.Equal(0, git.ExitCode);
        }

        File.Delete(patch);
        Assert.NotEqual(Of(run.Before, name), Of(run.After, name));
        Assert.Equal(Of(run.After, name), other.Files());
    }

    /// <summary>The files of a sample, by path in its folder.</summary>
    private static Dictionary<string, byte[]> Of(IReadOnlyDictionary<string, byte[]> files, string name) => files
        .Where(file => file.Key.StartsWith(name + "/", StringComparison.Ordinal))
        .ToDictionary(file => file.Key[(name.Length + 1)..], file => file.Value);

    private static IEnumerable<string> Sources(IReadOnlyDictionary<string, byte[]> files, Sample sample) =>
        Of(files, sample.Name).Where(file => file.Key.EndsWith(".cs", StringComparison.Ordinal)).Select(file => Encoding.UTF8.GetString(file.Value));

    [GeneratedRegex(@"(?<!Patch)BatchNorm2d\s*\(")]
    private static partial Regex Construction();
}
