using System.Text.RegularExpressions;
using PbnRewriter.Cli.Reports;

namespace PbnRewriter.Cli.Tests;

public sealed partial class RunProgressTests
{
    [Fact]
    public void LiveLine_TakesThePlaceOfTheOneBeforeAndGoes()
    {
        var console = new CapturedConsole { ProgressWidth = 80 };
        using (var progress = new RunProgress(console, Verbosity.Normal))
        {
            progress.Start("Loading");
            Assert.Equal("Loading...", Screen(console));

            progress.Start("Writing");
            Assert.Equal("Writing...", Screen(console));
        }

        Assert.Equal("", Screen(console));
        Assert.DoesNotContain('\n', console.Errors);
    }

    [Fact]
    public void Note_StandsOnALineOfItsOwn()
    {
        var console = new CapturedConsole { ProgressWidth = 80 };
        using var progress = new RunProgress(console, Verbosity.Normal);

        progress.Start("Loading");
        progress.Note("this");

        Assert.Equal("note: this\nLoading...", Screen(console));
    }

    [Fact]
    public void LiveLine_IsNarrowerThanTheTerminal()
    {
        var console = new CapturedConsole { ProgressWidth = 30 };
        using var progress = new RunProgress(console, Verbosity.Normal);

        progress.Start("Loading AVeryLongNameOfASolution.slnx");

        Assert.Equal("Loading AVeryLongNameOfASolut", Screen(console));
    }

    [Theory]
    [InlineData(null, Verbosity.Normal)]
    [InlineData(80, Verbosity.Quiet)]
    public void NoTerminal_OrQuiet_NothingIsShown(int? width, object verbosity)
    {
        var console = new CapturedConsole { ProgressWidth = width };
        using (var progress = new RunProgress(console, (Verbosity)verbosity))
        {
            progress.Start("Loading");
            progress.Diagnose("a warning");
        }

        Assert.Empty(console.Errors);
    }

    [Fact]
    public void Detailed_IsALineAStageWithItsTime()
    {
        var console = new CapturedConsole();
        using (var progress = new RunProgress(console, Verbosity.Detailed))
        {
            progress.Start("Loading");
            progress.Start("Writing");
        }

        Assert.Matches(Times(), console.Errors);
    }

    [Fact]
    public async Task Run_OnATerminal_ShowsEachStageAndLeavesNothing()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var console = new CapturedConsole { ProgressWidth = 100, HasColor = true };

        Assert.Equal(0, await CommandLine.RunAsync([".", "--no-restore", "--include", "Models/**"], console, folder.FullPath, default));

        Assert.Equal("", Screen(console));
        Assert.All(
            ["Loading Plain.sln...", "1 of 2 projects", "2 of 2 projects", "Binding", "Looking for BatchNorm2d", "Planning", "Compiling", "Writing"],
            stage => Assert.Contains(stage, console.Errors, StringComparison.Ordinal));
        Assert.Contains(": Program: <DarkYellow>left</>: --include", console.Output, StringComparison.Ordinal);
        Assert.Contains("Block..ctor: <DarkGreen>rewritten</>\n", console.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-color")]
    [InlineData("--diff")]
    public async Task Run_WithoutColors_HasNone(string option)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var console = new CapturedConsole { HasColor = true };

        Assert.Equal(0, await CommandLine.RunAsync([".", "--no-restore", option], console, folder.FullPath, default));

        Assert.DoesNotContain("<Dark", console.Output + console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InDetail_TellsTheStagesAndWhatMSBuildSays()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Edit("App/App.csproj", "</Project>", "  <Target Name=\"Warn\" BeforeTargets=\"ResolveReferences\"><Warning Text=\"look here\" /></Target>\n</Project>");

        var detailed = await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "-v", "d");
        var diagnostic = await CommandRun.InAsync(folder, ".", "--no-restore", "--dry-run", "-v:DIAG");

        Assert.Equal((0, 0), (detailed.ExitCode, diagnostic.ExitCode));
        Assert.Equal(
            ["Loading Plain.sln", "Binding TorchSharp", "Looking for BatchNorm2d in 2 projects", "Planning", "Compiling the result"],
            Stages(detailed));
        Assert.DoesNotContain("look here", detailed.Errors, StringComparison.Ordinal);
        Assert.Equal(Stages(detailed), Stages(diagnostic));
        Assert.Contains("msbuild: ", diagnostic.Errors, StringComparison.Ordinal);
        Assert.Contains("look here", diagnostic.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Quietly_TellsTheSum()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");

        var run = await CommandRun.InAsync(folder, ".", "--no-restore", "-v", "q", "--include", "Models/**", "--exclude", "Nowhere/**");
        var reverted = await CommandRun.InAsync(folder, ".", "--revert", "--verbosity", "quiet");

        Assert.Equal((0, "", "Rewrote 1 of 2 BatchNorm2d constructions in 2 files.\n"), (run.ExitCode, run.Errors, run.Output));
        Assert.Equal((0, "", "Took back the rewrite of 2 files.\n"), (reverted.ExitCode, reverted.Errors, reverted.Output));
    }

    private static IEnumerable<string> Stages(CommandRun run) =>
        run.Errors.Split('\n').Select(line => StageLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

    /// <summary>What a terminal shows in the end.</summary>
    private static string Screen(CapturedConsole console)
    {
        var lines = new List<char[]> { Array.Empty<char>() };
        var column = 0;
        foreach (var character in console.Errors)
        {
            switch (character)
            {
                case '\r':
                    column = 0;
                    break;
                case '\n':
                    lines.Add([]);
                    column = 0;
                    break;
                default:
                    lines[^1] = lines[^1].Length > column ? lines[^1] : [.. lines[^1], ' '];
                    lines[^1][column++] = character;
                    break;
            }
        }

        return string.Join('\n', lines.Select(line => new string(line).TrimEnd()));
    }

    [GeneratedRegex(@"^Loading: \d+\.\d\d s\nWriting: \d+\.\d\d s\n$")]
    private static partial Regex Times();

    [GeneratedRegex(@"^(.*): \d+\.\d\d s$")]
    private static partial Regex StageLine();
}
