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

    // With EnableWindowsTargeting every project asks for the Windows desktop's reference package, used or not, and a
    // private feed may not have it. So it is set only where a project turns out to target Windows, and then, should
    // the package be missing for the others, once more without what they do not use.
    private static readonly string[][] Attempts =
    [
        [],
        ["-p:EnableWindowsTargeting=true"],
        ["-p:EnableWindowsTargeting=true", "-p:DisableTransitiveFrameworkReferenceDownloads=true"],
    ];

    private const string NeedsWindowsTargeting = "NETSDK1100";

    /// <summary>
    /// Restores. A failure is only remembered: a project that has nothing to do with TorchSharp may fail beside a clean one.
    /// </summary>
    public static async Task<RestoreResult> RunAsync(InputPath input, CancellationToken cancellationToken)
    {
        var result = await RunAsync(input, Attempts[0], cancellationToken);
        if (!result.Errors.Any(line => line.Contains(NeedsWindowsTargeting, StringComparison.Ordinal)))
        {
            return result;
        }

        foreach (var attempt in Attempts.Skip(1).TakeWhile(_ => !result.IsGood))
        {
            result = await RunAsync(input, attempt, cancellationToken);
        }

        return result;
    }

    private static async Task<RestoreResult> RunAsync(InputPath input, string[] properties, CancellationToken cancellationToken)
    {
        using var process = Start(input, properties);
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

    private static Process Start(InputPath input, string[] properties)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = input.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in (string[])["restore", input.File, "--verbosity", "quiet", "-nodeReuse:false", "-tl:off", .. properties])
        {
            start.ArgumentList.Add(argument);
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
