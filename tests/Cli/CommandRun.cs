namespace PbnRewriter.Cli.Tests;

/// <summary>One run of the command in this process, and what a refusal has to look like.</summary>
internal sealed record CommandRun(int ExitCode, CapturedConsole Console)
{
    public string Output => Console.Output;

    public string Errors => Console.Errors;

    public static async Task<CommandRun> InAsync(TemporaryFolder folder, params string[] arguments)
    {
        var console = new CapturedConsole();
        return new CommandRun(await CommandLine.RunAsync(arguments, console, folder.FullPath, default), console);
    }

    /// <summary>Runs where nothing may be written: exit code, a short message that says this, and every byte as before.</summary>
    public static async Task RefusesAsync(TemporaryFolder folder, int exitCode, string says, params string[] arguments)
    {
        var before = folder.Bytes();
        var run = await InAsync(folder, arguments);

        Assert.Contains(says, run.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("pbn-rewrite: ", run.Errors, StringComparison.Ordinal);
        Assert.InRange(run.Errors.TrimEnd().Split('\n').Length, 1, 4);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
        Assert.Equal(before, folder.Bytes());
    }
}
