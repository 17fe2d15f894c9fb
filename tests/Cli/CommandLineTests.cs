namespace PbnRewriter.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--grid takes RxC", ".", "--grid", "0x2")]
    [InlineData("--grid takes RxC", ".", "--grid", "2x")]
    [InlineData("--grid takes RxC", ".", "--grid", "two")]
    [InlineData("--grid takes RxC", ".", "--grid", "2x-1")]
    [InlineData("--grid takes RxC", ".", "--grid", "99999999999x2")]
    [InlineData("--global-weight takes a number from 0 to 1, not '1.5'", ".", "--global-weight", "1.5")]
    [InlineData("--global-weight takes a number from 0 to 1", ".", "--global-weight", "NaN")]
    [InlineData("--statistics takes blended or selected, not 'mixed'", ".", "--statistics", "mixed")]
    [InlineData("--layout takes even, random or fused, not ''", ".", "--layout", "")]
    [InlineData("--warmup-batches takes a whole number of at least 0, not '-1'", ".", "--warmup-batches=-1")]
    [InlineData("--warmup-batches takes a whole number", ".", "--warmup-batches", "1e3")]
    [InlineData("'--grid'", ".", "--grid")]
    [InlineData("--bogus", ".", "--bogus")]
    [InlineData("two.sln", "one.sln", "two.sln")]
    [InlineData("--reference takes package, project=PATH or none, not 'nuget'", ".", "--reference", "nuget")]
    [InlineData("--reference takes package", ".", "--reference", "project=")]
    [InlineData("names no .csproj file", ".", "--reference", "project=Models")]
    [InlineData("does not exist", ".", "--reference", "project=no/such.csproj")]
    [InlineData("--report takes a file whose name ends with .json or .sarif, not 'report.txt'", ".", "--report", "report.txt")]
    [InlineData("--report takes a file", ".", "--report", "")]
    [InlineData("--report names a folder", ".", "--report", "Folder.json")]
    [InlineData("there is no folder", ".", "--report", "out/report.json")]
    [InlineData("--verbosity takes quiet, minimal, normal, detailed or diagnostic, not 'loud'", ".", "-v", "loud")]
    [InlineData("--verbosity takes quiet", ".", "--revert", "-v:2")]
    [InlineData("--property takes NAME=VALUE, not 'Configuration'", ".", "-p:Configuration")]
    [InlineData("--property takes NAME=VALUE, not '=Release'", ".", "--property", "=Release")]
    [InlineData("--property takes NAME=VALUE, not '2'. A semicolon or comma ends a property; one in a value is written %3B or %2C", ".", "-p:A=1;2")]
    [InlineData("--property takes NAME=VALUE, not ''", ".", "-p", "")]
    [InlineData("--property: Invalid property. The name \"A B\" contains an invalid character", ".", "-p:A B=1")]
    [InlineData("--property: Invalid property. The \"MSBuildProjectFile\" property name is reserved", ".", "-p:MSBuildProjectFile=x")]
    [InlineData("no path given")]
    [InlineData("no path given", "--dry-run")]
    [InlineData("the path is empty", "")]
    [InlineData("no such file or folder", "nowhere.sln")]
    [InlineData("no such file or folder", "@nowhere")]
    [InlineData("not a solution or C# project", "Models/Block.cs")]
    public async Task WrongUsage_Exits2WithOneSentence(string says, params string[] arguments)
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        Directory.CreateDirectory(folder["Folder.json"]);
        await CommandRun.RefusesAsync(folder, 2, says, arguments);
    }

    [Fact]
    public async Task Help_NamesEveryOptionAndExitCode()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.InAsync(folder, "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Errors);
        Assert.All(
            ["pbn-rewrite [<path>]", "--grid <RxC>", "--global-weight <W>", "--statistics <blended|selected>", "--layout <even|random|fused>", "--warmup-batches <N>", "--project <NAME>", "--include <GLOB>", "--exclude <GLOB>", "--sites <TYPE.MEMBER-GLOB>", "--revert", "--dry-run", "--diff", "--check", "--reference <package|project=PATH|none>", "--report <FILE.json|FILE.sarif>", "-p, --property <NAME=VALUE>", "-f, --framework <TFM>", "--no-restore", "-v, --verbosity <quiet|minimal|normal|detailed|diagnostic>", "--no-color", "130"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--statistics ", "blended selected")]
    [InlineData("--layout f", "fused")]
    [InlineData("--reference p", "package project=")]
    [InlineData("Plain.sln --verbosity d", "detailed diagnostic")]
    [InlineData(". -v ", "detailed diagnostic minimal normal quiet")]
    [InlineData(". --lay", "--layout")]
    public async Task Suggest_GivesTheWordsThatFit(string typed, string words)
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.InAsync(folder, $"[suggest:{typed.Length}]", typed);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Equal(words.Split(' '), run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Version_IsTheToolsWithoutTheCommit()
    {
        using var folder = new TemporaryFolder();
        var run = await CommandRun.InAsync(folder, "--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?\r?\n$", run.Output);
    }

    [Fact]
    public async Task Cancelled_Exits130AndWritesNothing()
    {
        using var folder = TemporaryFolder.OfFixture("Plain");
        var before = folder.Bytes();
        var console = new CapturedConsole();

        var exitCode = await CommandLine.RunAsync(["Plain.sln"], console, folder.FullPath, new CancellationToken(canceled: true));

        Assert.Equal(130, exitCode);
        Assert.Contains("cancelled; this run wrote nothing", console.Errors, StringComparison.Ordinal);
        Assert.Equal(before, folder.Bytes());
    }
}
