namespace PbnRewriter.Cli.Loading;

/// <summary>Runs <c>dotnet restore</c>, as <c>dotnet build</c> would.</summary>
internal static class Restore
{
    private const string NeedsWindowsTargeting = "NETSDK1100";

    // With EnableWindowsTargeting every project asks for the Windows desktop's reference package, used or not, and a
    // private feed may not have it. So it is set only where a project turns out to target Windows, and then, should
    // the package be missing for the others, once more without what they do not use.
    private static readonly string[][] Attempts =
    [
        [],
        ["-p:EnableWindowsTargeting=true"],
        ["-p:EnableWindowsTargeting=true", "-p:DisableTransitiveFrameworkReferenceDownloads=true"],
    ];

    /// <summary>
    /// Restores. A failure is only remembered: a project that has nothing to do with TorchSharp may fail beside a clean one.
    /// </summary>
    public static async Task<RestoreResult> RunAsync(InputPath input, BuildProperties properties, CancellationToken cancellationToken)
    {
        var result = await RunAsync(input, Attempts[0], properties, cancellationToken);
        if (!result.Errors.Any(line => line.Contains(NeedsWindowsTargeting, StringComparison.Ordinal)))
        {
            return result;
        }

        foreach (var attempt in Attempts.Skip(1).TakeWhile(_ => !result.IsGood))
        {
            result = await RunAsync(input, attempt, properties, cancellationToken);
        }

        return result;
    }

    private static async Task<RestoreResult> RunAsync(
        InputPath input, string[] attempt, BuildProperties properties, CancellationToken cancellationToken)
    {
        var (exitCode, lines) = await DotnetProcess.RunAsync(
            input.Folder,
            ["restore", input.File, "--verbosity", "quiet", "-nodeReuse:false", "-tl:off", .. attempt, .. properties.Given.Select(each => $"-p:{each}")],
            cancellationToken);
        return exitCode == 0 ? RestoreResult.Success : RestoreResult.Failure(lines);
    }
}
