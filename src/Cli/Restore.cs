using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace PbnRewriter.Cli;

/// <summary>Runs <c>dotnet restore</c>, as <c>dotnet build</c> would.</summary>
internal static class Restore
{
    // Set by dotnet or by Microsoft.Build.Locator for MSBuild inside this process; a child picks its own SDK.
    private static readonly string[] InheritedFromMSBuild =
        ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly"];

    /// <summary>
    /// Restores. A failure is only remembered: a project that has nothing to do with TorchSharp may fail beside a clean one.
    /// </summary>
    public static async Task<RestoreResult> RunAsync(InputPath input, CancellationToken cancellationToken)
    {
        using var process = Start(input);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var lines = $"{await output}\n{await error}".Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
        return process.ExitCode == 0 ? RestoreResult.Success : RestoreResult.Failure(lines.ToImmutableArray());
    }

    private static Process Start(InputPath input)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = input.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in (string[])["restore", input.File, "--verbosity", "quiet", "-nodeReuse:false", "-tl:off"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in BuildProperties.Global)
        {
            start.ArgumentList.Add($"-p:{name}={value}");
        }

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
                ExitCode.NotLoaded, $"dotnet could not be started to restore packages: {failure.Message}. Install the .NET SDK.");
        }
    }
}
