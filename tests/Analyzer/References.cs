using Microsoft.CodeAnalysis;

namespace PbnRewriter.Analyzer.Tests;

/// <summary>What runs the tests is what their sources are compiled against: no package is restored in a test.</summary>
internal static class References
{
    private static readonly MetadataReference[] Framework = Of(path =>
        Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));

    /// <summary>Those of a project.</summary>
    public static IEnumerable<MetadataReference> With(bool torchSharp, bool runtime) =>
    [
        .. Framework,
        .. Of(path => (torchSharp && Path.GetFileName(path) == "TorchSharp.dll") || (runtime && Path.GetFileName(path) == "PbnRewriter.Runtime.dll")),
    ];

    private static MetadataReference[] Of(Func<string, bool> isWanted) =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(isWanted)
            .Select(path => MetadataReference.CreateFromFile(path))];
}
