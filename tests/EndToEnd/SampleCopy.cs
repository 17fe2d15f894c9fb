namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A copy of a sample in a folder of its own, without what a build left in the sample.</summary>
internal sealed class SampleCopy : IDisposable
{
    public SampleCopy(string name)
    {
        var source = Repository.Sample(name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(source, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                var target = Path.Combine(Folder, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pbn-sample-").FullName;

    /// <summary>The bytes of every file that is not a build's.</summary>
    public SortedDictionary<string, byte[]> Files() => new(
        Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .ToDictionary(file => Path.GetRelativePath(Folder, file), File.ReadAllBytes),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
