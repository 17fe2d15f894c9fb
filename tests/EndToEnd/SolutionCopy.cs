namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A copy of samples or a fixture in a folder of its own, without what a build left in the original.</summary>
internal sealed class SolutionCopy : IDisposable
{
    private SolutionCopy()
    {
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pbn-copy-").FullName;

    public static SolutionCopy OfSample(string name) => new SolutionCopy().With(Repository.Sample(name));

    /// <summary>Each sample in a folder of its name.</summary>
    public static SolutionCopy OfSamples(IEnumerable<string> names) =>
        names.Aggregate(new SolutionCopy(), (copy, name) => copy.With(Repository.Sample(name), name));

    public static SolutionCopy OfFixture(string name) => new SolutionCopy().With(Repository.Fixture(name));

    /// <summary>The bytes of every file that is not a build's, by relative path with slashes.</summary>
    public SortedDictionary<string, byte[]> Files() => new(
        SourcesIn(Folder).ToDictionary(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'), File.ReadAllBytes),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private SolutionCopy With(string source, string subfolder = "")
    {
        foreach (var file in SourcesIn(source))
        {
            var target = Path.Combine(Folder, subfolder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return this;
    }

    private static IEnumerable<string> SourcesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
