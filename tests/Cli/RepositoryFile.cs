using System.Runtime.CompilerServices;

namespace PbnRewriter.Cli.Tests;

/// <summary>Files of this repository that tests compare with the tool.</summary>
internal static class RepositoryFile
{
    private static readonly string Root = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..");

    /// <summary>The text of a file, as it is where git checks out with the line ends of Unix.</summary>
    /// <remarks>No other line end is replaced: an example of SARIF lists them all.</remarks>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Whether there is a file or folder.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>The paths of the files of a folder whose names match, without what builds leave.</summary>
    public static IEnumerable<string> Names(string pattern, string folder, bool recurse) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, recurse ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
