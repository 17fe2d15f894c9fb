using System.Diagnostics;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A finished <c>dotnet</c> process.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    public static async Task<Command> DotnetAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
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

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>Runs to success and gives the lines of standard output.</summary>
    public static async Task<string[]> LinesAsync(string folder, params string[] arguments)
    {
        var command = await DotnetAsync(folder, arguments);
        Assert.True(command.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} exited with {command.ExitCode}:\n{command.Output}\n{command.Error}");
        return command.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
