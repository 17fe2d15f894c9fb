using System.Reflection;

namespace PbnRewriter.Cli;

/// <summary>The version of this tool, which is the version of the runtime's package too.</summary>
internal static class ToolVersion
{
    /// <summary>Such as <c>0.1.0</c> or <c>0.2.0-rc.1</c>, without the commit that the build appends.</summary>
    public static string WithoutBuildMetadata { get; } = Read();

    private static string Read()
    {
        var version = typeof(ToolVersion).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        var metadata = version.IndexOf('+', StringComparison.Ordinal);
        return metadata < 0 ? version : version[..metadata];
    }
}
