namespace PbnRewriter.Cli;

/// <summary>The global properties of every load and evaluation.</summary>
internal static class BuildProperties
{
    // Off Windows a net8.0-windows project compiles only with this; it runs nowhere, and need not.
    public static IReadOnlyDictionary<string, string> Global { get; } = OperatingSystem.IsWindows()
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["EnableWindowsTargeting"] = "true" };
}
