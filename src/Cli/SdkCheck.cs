namespace PbnRewriter.Cli;

/// <summary>
/// Asks whether there is a .NET SDK for a folder. Without one, what loads and evaluates projects writes to the
/// console on its own and throws; here a global.json that wants an absent SDK becomes one message.
/// </summary>
internal static class SdkCheck
{
    public static async Task EnsureAsync(string folder, CancellationToken cancellationToken)
    {
        var (exitCode, lines) = await DotnetProcess.RunAsync(folder, ["--version"], cancellationToken);
        if (exitCode == 0)
        {
            return;
        }

        var wanted = lines.Where(line =>
            line.StartsWith("Requested SDK", StringComparison.Ordinal) || line.StartsWith("global.json", StringComparison.Ordinal));
        throw new RunException(
            ExitCode.NotLoaded,
            $"no .NET SDK was found for {folder}. {string.Join("; ", wanted.DefaultIfEmpty(lines.FirstOrDefault() ?? "dotnet --version failed"))}.\n"
            + "Install that SDK, or change global.json; nothing was written.");
    }
}
