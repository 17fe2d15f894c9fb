using PbnRewriter.Cli.Reverting;

namespace PbnRewriter.Cli.Tests;

/// <summary>Rewrites of a part of a solution: what is not asked for stays, and is reported with the reason.</summary>
public sealed class PartialRewriteTests
{
    [Fact]
    public async Task ProjectByName_TheOthersAreNotLookedAt()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", "--project", "models");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 1 of 1 BatchNorm2d construction", run.Output, StringComparison.Ordinal);
        Assert.Equal(["Models/Block.cs", "Models/Models.csproj"], Changed(folder, before));
    }

    [Fact]
    public async Task ProjectOutsideTheSolution_IsReadAndItsSitesStay()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App.slnx", "<Solution>\n  <Project Path=\"App/App.csproj\" />\n</Solution>\n");

        var run = await CommandRun.InAsync(folder, "App.slnx", "--no-restore", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Would rewrite 1 of 1 BatchNorm2d construction in", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectOfAnUnknownName_IsRefusedWithTheNamesThereAre()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        await CommandRun.RefusesAsync(folder, 2, "'Model'.\nIts projects are: App, Models.", "Plain.sln", "--project", "Model");
    }

    [Fact]
    public async Task ProjectThatDoesNotBindOrLoad_IsGoneOnWithout()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("Broken/Broken.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>");
        folder.Write("Unbound/Unbound.csproj", """
            <Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>
            """);
        folder.Write("Unbound/Model.cs", "using TorchSharp; class Model { object norm = torch.nn.BatchNorm2d(8); }\n");
        folder.Write("All.slnx", """
            <Solution>
              <Project Path="App/App.csproj" />
              <Project Path="Broken/Broken.csproj" />
              <Project Path="Models/Models.csproj" />
              <Project Path="Unbound/Unbound.csproj" />
            </Solution>
            """);

        await CommandRun.RefusesAsync(folder, 3, "Broken.csproj did not load", "All.slnx", "--no-restore");
        var run = await CommandRun.InAsync(folder, "All.slnx", "--no-restore", "--project", "App", "--project", "Models");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 2 of 2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--include", "Models/**", "App/Program.cs", "--include does not name its file")]
    [InlineData("--include", "Models", "App/Program.cs", "--include does not name its file")]
    [InlineData("--exclude", "**/Program.cs", "App/Program.cs", "--exclude names its file")]
    [InlineData("--sites", "Block", "App/Program.cs", "--sites does not name its member")]
    [InlineData("--sites", "Prog*", "Models/Block.cs", "--sites does not name its member")]
    public async Task Pattern_LeavesTheOtherSitesWithTheReason(string option, string pattern, string left, string reason)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, "Plain.sln", "--no-restore", option, pattern);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Rewrote 1 of 2 BatchNorm2d constructions", run.Output, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^{System.Text.RegularExpressions.Regex.Escape(left)}\(\d+,\d+\): \S+: left: {reason}\r?$", run.Output);
        Assert.DoesNotContain(left, Changed(folder, before));
    }

    [Theory]
    [InlineData("../Models/**")]
    [InlineData("..\\Models\\Block.cs")]
    [InlineData("@/Models")]
    public async Task PatternAsAPath_StartsWhereThePersonIs(string pattern)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var console = new CapturedConsole();

        var exitCode = await CommandLine.RunAsync(
            ["../Plain.sln", "--no-restore", "--dry-run", "--include", pattern.Replace("@", folder.FullPath, StringComparison.Ordinal)], console, folder["App"], default);

        Assert.Equal((0, ""), (exitCode, console.Errors));
        Assert.Contains("Would rewrite 1 of 2 BatchNorm2d constructions", console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--exclude", "../Models/Block.cs")]
    [InlineData("--exclude", "../Models")]
    [InlineData("--exclude", "../**/Block.cs")]
    [InlineData("--exclude", "@/Models/*")]
    [InlineData("--include", "../App/**")]
    [InlineData("--include", "../App/")]
    public async Task PatternOfFilesOutsideTheFolder_MatchesThem(string option, string pattern)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Write("App/All.slnx", "<Solution><Project Path=\"App.csproj\" /><Project Path=\"../Models/Models.csproj\" /></Solution>\n");
        var console = new CapturedConsole();

        var exitCode = await CommandLine.RunAsync(
            ["All.slnx", "--no-restore", "--dry-run", "--project", "Models", "--project", "App", option, pattern.Replace("@", folder.FullPath, StringComparison.Ordinal)],
            console,
            folder["App"],
            default);

        Assert.Equal((0, ""), (exitCode, console.Errors));
        Assert.Contains("../Models/Block.cs", console.Output, StringComparison.Ordinal);
        Assert.Contains("Would rewrite 1 of 2 BatchNorm2d constructions", console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../**")]
    [InlineData("/")]
    public async Task PatternOfAFolderAbove_StandsForAllBelowIt(string pattern)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "--include", pattern);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("Would rewrite 2 of 2 BatchNorm2d constructions", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExcludeOverInclude_Wins()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--include", "**/*.cs", "--exclude", "App", "--exclude", "Models");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("2 BatchNorm2d constructions found, all left for the reasons above", run.Output, StringComparison.Ordinal);
        Assert.Empty(Changed(folder, before));
    }

    [Fact]
    public async Task PatternThatMatchesNothing_IsSaid()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "--exclude", "Legacy/**", "--sites", "*");

        Assert.Equal((0, "note: --exclude 'Legacy/**' matches no BatchNorm2d construction."), (run.ExitCode, run.Errors.TrimEnd()));
        Assert.Contains("Would rewrite 2 of 2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--include", "Block.cs", "matches no source file of @/Plain.sln; --include '**/Block.cs' does. Patterns start from @; nothing was written.")]
    [InlineData("--include", "Modles/**", "matches no source file of @/Plain.sln. Patterns start from @; nothing was written.")]
    [InlineData("--sites", "Blok.*", "matches no member of the projects that use TorchSharp. A member is named Type.Member, as a report names it; nothing was written.")]
    public async Task PatternThatNothingAnswersTo_IsRefused(string option, string pattern, string says)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        await CommandRun.RefusesAsync(
            folder, 2, $"{option} '{pattern}' {says.Replace("@", folder.FullPath, StringComparison.Ordinal)}", ".", "--no-restore", option, pattern);
    }

    [Fact]
    public async Task PatternOfSourcesWithoutConstructions_IsNoError()
    {
        using var folder = await RestoredFixture.CopyAsync("Mixed");
        folder.Write("Models/Pooling.cs", "class Pooling { int size; }\n");
        string[] patterns = ["--include 'Tools/**'", "--include 'Models/Pooling.cs'", "--sites 'Pooling'", "--sites 'P*.size'"];

        var run = await CommandRun.InAsync(folder, [".", "--no-restore", .. patterns.SelectMany(pattern => pattern.Split(' ')).Select(word => word.Trim('\''))]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(string.Concat(patterns.Select(pattern => $"note: {pattern} matches no BatchNorm2d construction.\n")), run.Errors.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("--include")]
    [InlineData("--exclude")]
    [InlineData("--sites")]
    public async Task EmptyPattern_IsRefused(string option)
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        await CommandRun.RefusesAsync(folder, 2, $"{option} takes a pattern", ".", option, "");
    }

    private static IEnumerable<string> Changed(TemporaryFolder folder, SortedDictionary<string, string> before) =>
        folder.Bytes().Where(file => file.Key != RewriteRecord.FileName && before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key);
}
