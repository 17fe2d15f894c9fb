namespace PbnRewriter.Cli;

/// <summary>Follows the symbolic links in paths. Keeps what it knows of folders, as many files share them.</summary>
internal sealed class RealPaths
{
    // As many as Linux follows. Links that lead to each other lead nowhere.
    private const int MostLinks = 40;

    private readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);

    /// <summary>The path without a link in it, as far as it exists.</summary>
    /// <param name="path">A full path of a file or folder.</param>
    public string Of(string path) => Of(path, MostLinks);

    private string Of(string path, int links)
    {
        if (links == 0 || Path.GetDirectoryName(path) is not { } folder)
        {
            return path;
        }

        if (!folders.TryGetValue(folder, out var real))
        {
            folders[folder] = real = Of(folder, links);
        }

        path = Path.Combine(real, Path.GetFileName(path));
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return entry.LinkTarget is { } target ? Of(Path.GetFullPath(target, real), links - 1) : path;
    }
}
