using System.Runtime.CompilerServices;

namespace PbnRewriter.Cli.Tests;

/// <summary>Files of this repository that tests compare with the tool.</summary>
internal static class RepositoryFile
{
    private static readonly string Root = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..");

    /// <summary>The text of a file, as it is where git checks out with the line ends of Unix.</summary>
    /// <remarks>No other line end is replaced: an example of SARIF lists them all.</remarks>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
