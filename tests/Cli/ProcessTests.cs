using System.Diagnostics;
using System.Text;

namespace PbnRewriter.Cli.Tests;

/// <summary>The built command as a process of its own.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task BadPath_Exits2WithoutAStackTrace()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await RunAsync(folder, "nowhere.sln");

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

        var (exitCode, output, error) = await RunAsync(folder, ".", "--diff", "--no-restore");

        Assert.Equal(0, exitCode);
        Assert.Contains("Would rewrite 2 of 2", Encoding.UTF8.GetString(error), StringComparison.Ordinal);
        await Git.ApplyAsync(folder.FullPath, output);
        Assert.Contains("// 漢字, é\r\n", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
        Assert.Contains("PatchBatchNorm2d(", folder.Read("Models/Block.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_Exits130AndWritesNothing()
    {
        if (OperatingSystem.IsWindows())
        {
            // A console's Ctrl-C cannot be sent to one process there; CommandLineTests cancels in process.
            return;
        }

        using var folder = await RestoredFixture.CopyAsync("Plain");
        var before = folder.Bytes();
        using var process = Process.Start(Command(folder, ".", "--no-restore"))!;
        await Task.Delay(TimeSpan.FromSeconds(0.6));
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
        var tool = Command(folder, ".", "--no-restore", "--dry-run");
        var start = new ProcessStartInfo(
            TerminalTheoryAttribute.Script, ["-qec", string.Join(' ', tool.ArgumentList.Prepend(tool.FileName).Select(argument => $"'{argument}'")), "/dev/null"])
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

    private static async Task<(int ExitCode, byte[] Output, byte[] Error)> RunAsync(TemporaryFolder folder, params string[] arguments)
    {
        using var process = Process.Start(Command(folder, arguments))!;
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(output), process.StandardError.BaseStream.CopyToAsync(error));
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), error.ToArray());
    }

    private static ProcessStartInfo Command(TemporaryFolder folder, params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "PbnRewriter.Cli.dll"), .. arguments])
        {
            WorkingDirectory = folder.FullPath,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
