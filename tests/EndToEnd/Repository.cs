using System.Reflection;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>Where the parts under test lie.</summary>
internal static class Repository
{
    public static string Tool { get; } = Metadata("Tool");

    /// <summary>Debug or Release, as this assembly is.</summary>
    public static string Configuration { get; } = Metadata("Configuration");

    public static string RuntimeProject { get; } = Path.Combine(Metadata("RepositoryRoot"), "src", "Runtime", "PbnRewriter.Runtime.csproj");

    public static string Sample(string name) => Path.Combine(Metadata("RepositoryRoot"), "samples", name);

    public static string Fixture(string name) => Path.Combine(Metadata("RepositoryRoot"), "tests", "EndToEnd", "Fixtures", name);

    private static string Metadata(string key) =>
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;
}
