using System.Runtime.InteropServices;
using System.Text.Json;

namespace PbnRewriter.Cli.Loading;

/// <summary>
/// Asks whether there is a .NET SDK for a folder. Without one, what loads and evaluates projects writes to the
/// console on its own and throws; here a global.json that wants an absent SDK becomes one message.
/// </summary>
internal static class SdkCheck
{
    public static async Task EnsureAsync(string folder, CancellationToken cancellationToken)
    {
        // Any SDK will do where no file asks for a certain one, and asking dotnet itself takes a tenth of a second.
        if (GlobalJson(folder) is null && HasSdk())
        {
            return;
        }

        var (exitCode, lines) = await DotnetProcess.RunAsync(folder, ["--version"], cancellationToken);
        if (exitCode == 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (GlobalJson(folder) is { } file && FaultOf(file) is { } fault)
        {
            throw new RunException(ExitCode.NotLoaded, $"dotnet does not start in {folder}: {file} is no global.json: {fault} Mend it; nothing was written.");
        }

        var wanted = lines.Where(line =>
            line.StartsWith("Requested SDK", StringComparison.Ordinal) || line.StartsWith("global.json", StringComparison.Ordinal));
        throw new RunException(
            ExitCode.NotLoaded,
            $"no .NET SDK was found for {folder}. {string.Join("; ", wanted.DefaultIfEmpty(lines.FirstOrDefault() ?? "dotnet --version failed"))}.\n"
            + "Install that SDK, or change global.json; nothing was written.");
    }

    // The runtime lies in shared/Microsoft.NETCore.App/<version>, beside the SDKs that come with it.
    private static bool HasSdk() =>
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "sdk") is var sdks
        && Directory.Exists(sdks)
        && Directory.EnumerateDirectories(sdks).Any(sdk => File.Exists(Path.Combine(sdk, "MSBuild.dll")));

    private static string? GlobalJson(string folder)
    {
        for (var parent = new DirectoryInfo(folder); parent is not null; parent = parent.Parent)
        {
            if (Path.Combine(parent.FullName, "global.json") is var file && File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }

    private static string? FaultOf(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return json.RootElement.ValueKind == JsonValueKind.Object ? null : "it holds no JSON object.";
        }
        catch (JsonException failure)
        {
            return $"it is no JSON from line {failure.LineNumber + 1} on.";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Sentence.Ended(failure.Message);
        }
    }
}
