using System.Collections.Concurrent;
using PbnRewriter.Cli.Loading;

namespace PbnRewriter.Cli.Tests;

/// <summary>Fixtures whose packages were restored, once a fixture and test run.</summary>
internal static class RestoredFixture
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<TemporaryFolder>>> Restored = new();

    static RestoredFixture() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var folder in Restored.Values.Where(folder => folder.Value.IsCompletedSuccessfully))
        {
            folder.Value.Result.Dispose();
        }
    };

    /// <summary>A copy with its obj folders, ready for <c>--no-restore</c>.</summary>
    public static async Task<TemporaryFolder> CopyAsync(string name)
    {
        var restored = await Restored.GetOrAdd(name, _ => new(() => RestoreAsync(name))).Value;
        var copy = new TemporaryFolder();
        copy.CopyFrom(restored.FullPath);
        foreach (var file in Directory.EnumerateFiles(copy.FullPath, "*.*", SearchOption.AllDirectories).Where(IsOfRestore))
        {
            // What restoring writes names the folder; restored anew for each copy, the tests would take minutes longer.
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(restored.FullPath, copy.FullPath, StringComparison.Ordinal));
        }

        return copy;
    }

    private static bool IsOfRestore(string file) =>
        Path.GetFileName(Path.GetDirectoryName(file)) == "obj" && Path.GetExtension(file) is ".json" or ".cache" or ".props" or ".targets";

    private static async Task<TemporaryFolder> RestoreAsync(string name)
    {
        var folder = TemporaryFolder.OfFixture(name);
        var input = await InputPath.ResolveAsync(folder.FullPath, folder.FullPath, default);
        var result = await Restore.RunAsync(input, BuildProperties.None, default);
        Assert.True(result.IsGood, string.Join('\n', result.Errors));
        return folder;
    }
}
