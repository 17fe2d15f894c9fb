using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli;

/// <summary>How this system compares paths, and how a person is shown them.</summary>
internal static class FilePaths
{
    /// <summary>Linux alone tells upper from lower case.</summary>
    public static StringComparison Comparison { get; } =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary><see cref="Comparison"/> for collections.</summary>
    public static StringComparer Comparer { get; } = StringComparer.FromComparison(Comparison);

    /// <summary>The path from a folder, with forward slashes on every system.</summary>
    public static string Relative(string folder, string file) =>
        Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Whether a file lies in a folder or below it.</summary>
    public static bool IsBelow(string folder, string file)
    {
        var relative = Path.GetRelativePath(folder, file);
        return relative != ".."
            && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !Path.IsPathRooted(relative);
    }

    /// <summary>The current directory where the input lies below it, else the input's folder.</summary>
    public static string BaseOf(string currentDirectory, InputPath input) =>
        IsBelow(currentDirectory, input.File) ? currentDirectory : input.Folder;
}
