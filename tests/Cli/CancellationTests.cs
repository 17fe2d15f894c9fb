namespace PbnRewriter.Cli.Tests;

/// <summary>Ctrl-C as each stage begins: exit code 130, one line that says so, and every byte as before.</summary>
public sealed class CancellationTests
{
    [Theory]
    [InlineData("Restoring packages")]
    [InlineData("Loading Plain.sln...")]
    [InlineData("Loading Plain.sln: 1 of 2 projects")]
    [InlineData("Binding TorchSharp")]
    [InlineData("Looking for BatchNorm2d")]
    [InlineData("Planning")]
    [InlineData("Compiling the result")]
    [InlineData("Writing")]
    public async Task AtAStage_EndsTheRunAndWritesNothing(string stage)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        using var cancellation = new CancellationTokenSource();
        var console = new CapturedConsole(text =>
        {
            if (text.StartsWith(stage, StringComparison.Ordinal))
            {
                cancellation.Cancel();
            }
        })
        {
            ProgressWidth = 100,
        };

        string[] restore = stage.StartsWith("Restoring", StringComparison.Ordinal) ? [] : ["--no-restore"];
        var exitCode = await CommandLine.RunAsync(["Plain.sln", "--report", "report.json", .. restore], console, folder.FullPath, cancellation.Token);

        Assert.True(cancellation.IsCancellationRequested);
        Assert.Equal(130, exitCode);
        Assert.EndsWith("\rpbn-rewrite: cancelled; this run wrote nothing.\n", console.Errors, StringComparison.Ordinal);
        Assert.Empty(console.Output);
        Assert.Equal(before, folder.Bytes());
    }

    [Fact]
    public async Task WhenAllIsWritten_IsTooLate()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        using var cancellation = new CancellationTokenSource();
        var hasBegun = false;
        var console = new CapturedConsole(text =>
        {
            hasBegun |= text.StartsWith("Writing", StringComparison.Ordinal);

            // The live line goes when the stage is over.
            if (hasBegun && text.StartsWith('\r'))
            {
                cancellation.Cancel();
            }
        })
        {
            ProgressWidth = 100,
        };

        var exitCode = await CommandLine.RunAsync(["Plain.sln", "--no-restore"], console, folder.FullPath, cancellation.Token);

        Assert.Equal(0, exitCode);
        Assert.Contains("Rewrote 2 of 2", console.Output, StringComparison.Ordinal);
        Assert.Contains("PatchBatchNorm2d(", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
    }
}
