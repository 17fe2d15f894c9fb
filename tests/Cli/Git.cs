using System.Diagnostics;

namespace PbnRewriter.Cli.Tests;

/// <summary>The real git, which a diff is made for.</summary>
internal static class Git
{
    public static async Task ApplyAsync(string folder, byte[] patch)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, patch);
        await RunAsync(folder, "apply", "--check", file);
        await RunAsync(folder, "apply", file);
        File.Delete(file);
    }

    public static async Task RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }
}
