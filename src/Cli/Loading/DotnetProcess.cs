using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace PbnRewriter.Cli.Loading;

/// <summary>Runs <c>dotnet</c> to its end.</summary>
internal static class DotnetProcess
{
    // Set by dotnet or by Microsoft.Build.Locator for MSBuild inside this process; a child picks its own SDK.
    private static readonly string[] InheritedFromMSBuild =
        ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly"];

    /// <summary>The exit code, and the lines of both outputs that hold something.</summary>
    public static async Task<(int ExitCode, ImmutableArray<string> Lines)> RunAsync(
        string folder, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            var lines = $"{await output}\n{await error}".Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
            return (process.ExitCode, [.. lines]);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        foreach (var name in InheritedFromMSBuild)
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new RunException(
                ExitCode.NotLoaded, $"dotnet could not be started: {failure.Message}. Install the .NET SDK.");
        }
    }
}
