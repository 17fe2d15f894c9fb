using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime;

/// <summary>The native libraries that TorchSharp has loaded into the process.</summary>
internal static class LoadedLibraries
{
    private static string[]? s_paths;

    /// <summary>The address of a function of a library, or 0 where there is none.</summary>
    /// <param name="function">The name that the library exports.</param>
    /// <param name="libraries">What the file name of the library begins with; any of these.</param>
    public static nint Find(string function, params string[] libraries)
    {
        // Some are loaded later than others, with the first tensor on a GPU.
        var paths = s_paths ?? Loaded();
        paths = s_paths = paths.Any(path => IsOneOf(path, libraries)) ? paths : Loaded();
        var folder = Path.GetDirectoryName(paths.FirstOrDefault(path => IsOneOf(path, "libtorch_cpu.")));

        // Of several, torch's is the one beside it.
        return paths
            .Where(path => IsOneOf(path, libraries))
            .OrderByDescending(path => Path.GetDirectoryName(path) == folder)
            .Select(path => NativeLibrary.TryLoad(path, out var library)
                && NativeLibrary.TryGetExport(library, function, out var address) ? address : 0)
            .FirstOrDefault(address => address != 0);
    }

    private static string[] Loaded()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
    }

    private static bool IsOneOf(string path, params string[] libraries) =>
        libraries.Any(library => Path.GetFileName(path).StartsWith(library, StringComparison.Ordinal));
}
