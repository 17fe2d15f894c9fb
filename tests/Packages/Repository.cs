using System.Reflection;

namespace PbnRewriter.Packages.Tests;

/// <summary>What the tests know of the repository that they belong to.</summary>
internal static class Repository
{
    /// <summary>Where the sources are published, as each package says.</summary>
    public const string Url = "https://github.com/pbn-rewriter/pbn-rewriter";

    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The version of both packages.</summary>
    public static string Version { get; } = Metadata("Version");

    /// <summary>The restored TorchSharp, in a folder <c>id/version</c>.</summary>
    public static string TorchSharp { get; } = Path.TrimEndingDirectorySeparator(Metadata("TorchSharp"));

    /// <summary>The restored native libraries of the system at hand, in a folder <c>id/version</c>.</summary>
    public static string LibTorch { get; } = Path.TrimEndingDirectorySeparator(Metadata("LibTorch"));

    private static string Metadata(string key) =>
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == key).Value!;
}
