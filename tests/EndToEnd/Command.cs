using System.Diagnostics;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A finished process, mostly a <c>dotnet</c>.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    /// <summary>No profiling of what runs for seconds, and no threads of torch that wait while others have the processors.</summary>
    private static readonly Dictionary<string, string> Variables = new() { ["DOTNET_TieredPGO"] = "0", ["OMP_NUM_THREADS"] = "1" };

    public static Task<Command> DotnetAsync(string folder, params string[] arguments) => RunAsync(folder, Variables, "dotnet", arguments);

    public static async Task<Command> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The process that runs the tests is MSBuild's child, and what it inherited would bend the child's own builds.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>The lines of standard output.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs to success and gives the lines of standard output.</summary>
    public static async Task<string[]> LinesAsync(string folder, params string[] arguments) =>
        (await DotnetAsync(folder, arguments)).Succeeded($"dotnet {string.Join(' ', arguments)}").Lines;

    /// <summary>This command, which the test cannot go on without.</summary>
    public Command Succeeded(string name)
    {
        Assert.True(ExitCode == 0, $"{name} exited with {ExitCode}:\n{Output}\n{Error}");
        return this;
    }
}
