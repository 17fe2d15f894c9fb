using System.Security.Cryptography;
using PbnRewriter.Cli.Reverting;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>Puts a solution's sources back between runs, and sees to it that every run comes to the same.</summary>
internal sealed class SourceCopy
{
    private readonly SortedDictionary<string, byte[]> original = new(StringComparer.Ordinal);
    private string? rewritten;

    public SourceCopy(GeneratedSolution solution)
    {
        Solution = solution;
        foreach (var file in Sources())
        {
            original.Add(file, File.ReadAllBytes(file));
        }
    }

    public GeneratedSolution Solution { get; }

    /// <summary>Makes all sources what they were.</summary>
    public void Restore()
    {
        foreach (var (file, bytes) in original)
        {
            if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
            {
                File.WriteAllBytes(file, bytes);
            }
        }

        File.Delete(Path.Combine(Solution.Folder, RewriteRecord.FileName));
    }

    /// <summary>Refuses a run that left the sources as they were, or other than the first run did.</summary>
    public void EnsureRewritten()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in original.Keys)
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        var now = Convert.ToHexString(hash.GetHashAndReset());
        rewritten ??= now;
        if (now != rewritten || original.All(file => File.ReadAllBytes(file.Key).AsSpan().SequenceEqual(file.Value)))
        {
            throw new InvalidOperationException($"A run over {Solution.Folder} rewrote nothing, or something else than the first run.");
        }
    }

    private IEnumerable<string> Sources() => Directory.EnumerateFiles(Solution.Folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
