using System.Diagnostics;
using System.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Tests;

/// <summary>The built command as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task BadPath_Exits2WithoutAStackTrace()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await CommandProcess.RunAsync(folder, "nowhere.sln");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("pbn-rewrite: no such file or folder: ", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_OnStandardOutputAlone_IsWhatGitTakes()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        folder.Edit("Models/Block.cs", "conv = Conv2d", "// 漢字, é\r\n        conv = Conv2d");

        var (exitCode, output, error) = await CommandProcess.RunAsync(folder, ".", "--diff", "--no-restore");

        Assert.Equal(0, exitCode);
        Assert.Contains("Would rewrite 2 of 2", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        await Git.ApplyAsync(folder.FullPath, output);
        Assert.Contains("// 漢字, é\r\n", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
        Assert.Contains("PatchBatchNorm2d(", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
    }

    [InterruptFact]
    public async Task InterruptedWhileItWrites_IsCancelledAndWritesNothingOrIsDone()
    {
        using var root = new TemporaryFolder();
        WriterProcess.Prepare(root, sources: 200);
        var original = root.Bytes();
        Assert.True(await WriterProcess.RunAsync(root));
        File.Delete(root[WriterProcess.Report]);
        var rewritten = root.Bytes();

        using var process = CommandProcess.Start(root, WriterProcess.Folder, "--revert");
        while (!process.HasExited && !File.Exists(root[$"{WriterProcess.Folder}/{Journal.FileName}"]))
        {
            await Task.Delay(1);
        }

        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        var isCancelled = process.ExitCode == 130;
        Assert.Equal(isCancelled ? "pbn-rewrite: cancelled; this run wrote nothing.\n" : "", await process.StandardError.ReadToEndAsync());
        Assert.Equal(isCancelled ? 130 : 0, process.ExitCode);
        Assert.Equal(isCancelled ? rewritten : original, root.Bytes());
    }

    [InterruptFact]
    public async Task Interrupted_Exits130AndWritesNothing()
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        using var process = CommandProcess.Start(folder, ".", "--no-restore", "--verbosity", "detailed");

        // The first stage is done, and all that compiles is still to come.
        Assert.NotNull(await process.StandardError.ReadLineAsync());
        using (var kill = Process.Start("kill", ["-INT", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(before, folder.Bytes());
    }

    [TerminalTheory]
    [InlineData("", true)]
    [InlineData("1", false)]
    public async Task OnATerminal_ProgressGoesAndOutcomesAreColored(string noColor, bool isColored)
    {
        using var folder = await RestoredFixture.CopyAsync("Plain");
        var start = new ProcessStartInfo(
            TerminalTheoryAttribute.Script, ["-qec", $"dotnet '{CommandProcess.File}' . --no-restore --dry-run", "/dev/null"])
        {
            WorkingDirectory = folder.FullPath,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "xterm", ["NO_COLOR"] = noColor },
        };

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var screen = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("Loading Plain.sln: 2 of 2 projects...", screen, StringComparison.Ordinal);
        Assert.Matches(@"Compiling the result\.\.\.\r {23}\rApp/Program\.cs", screen);
        Assert.Equal(isColored, screen.Contains("\e[32mrewritten", StringComparison.Ordinal));
        Assert.Equal(!isColored, screen.Contains("Program: rewritten\r\n", StringComparison.Ordinal));
    }
}
