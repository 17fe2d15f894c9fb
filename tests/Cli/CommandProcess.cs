using System.Diagnostics;
using System.Text;

namespace PbnRewriter.Cli.Tests;

/// <summary>The built command as a process of its own.</summary>
internal static class CommandProcess
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "PbnRewriter.Cli.dll");

    public static Process Start(TemporaryFolder folder, params string[] arguments) =>
        Process.Start(StartInfo(folder, "dotnet", [File, .. arguments]))!;

    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, byte[] Output, byte[] Error)> RunAsync(TemporaryFolder folder, params string[] arguments) =>
        EndAsync(Start(folder, arguments));

    /// <summary>Runs it by way of another program, which limits it.</summary>
    public static Task<(int ExitCode, byte[] Output, byte[] Error)> RunByAsync(TemporaryFolder folder, string program, params string[] arguments) =>
        EndAsync(Process.Start(StartInfo(folder, program, arguments))!);

    /// <summary>Runs it to exit code 0; returns what it says on standard error.</summary>
    public static async Task<string> SucceedsAsync(TemporaryFolder folder, params string[] arguments)
    {
        var (exitCode, _, error) = await RunAsync(folder, arguments);
        var messages = Encoding.UTF8.GetString(error);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)} exited with {exitCode}: {messages}");
        return messages;
    }

    private static ProcessStartInfo StartInfo(TemporaryFolder folder, string program, string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = folder.FullPath,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static async Task<(int ExitCode, byte[] Output, byte[] Error)> EndAsync(Process started)
    {
        using var process = started;
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await Task.WhenAll(
            process.StandardOutput.BaseStream.CopyToAsync(output), process.StandardError.BaseStream.CopyToAsync(error));
        await process.WaitForExitAsync();
        return (process.ExitCode, output.ToArray(), error.ToArray());
    }
}
