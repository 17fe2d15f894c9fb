using System.Reflection;
using System.Runtime.CompilerServices;

namespace VerifyXunit;

/// <summary>The snapshots of a test project.</summary>
public static class SnapshotFiles
{
    /// <summary>The snapshots below the caller's folder that belong to no test of an assembly, as a renamed test leaves them.</summary>
    public static IReadOnlyList<string> Unclaimed(Assembly tests, [CallerFilePath] string sourceFile = "")
    {
        var names = tests.GetTypes().SelectMany(type => type.GetMethods()).Select(method => $"{method.DeclaringType?.Name}.{method.Name}").ToHashSet();
        return [.. Directory.EnumerateFiles(Path.GetDirectoryName(sourceFile)!, "*.verified.*", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(path))
            .Where(name => !names.Contains(TestOf(name)))
            .Order(StringComparer.Ordinal)];
    }

    private static string TestOf(string fileName)
    {
        var stem = fileName[..fileName.IndexOf(".verified.", StringComparison.Ordinal)];
        var parameters = stem.IndexOf('=', StringComparison.Ordinal);
        return parameters < 0 ? stem : stem[..stem[..parameters].LastIndexOf('_')];
    }
}
