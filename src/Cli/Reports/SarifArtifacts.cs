using System.Security.Cryptography;
using Microsoft.CodeAnalysis.Text;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Reports;

/// <summary>The files that a SARIF log speaks of, each numbered when it is first spoken of.</summary>
/// <param name="baseFolder">Where relative references start.</param>
/// <param name="edits">The files that change.</param>
internal sealed class SarifArtifacts(string baseFolder, IEnumerable<FileEdit> edits)
{
    private const string SourceRoot = "%SRCROOT%";

    private readonly Dictionary<string, FileEdit> edits = edits.ToDictionary(edit => edit.Path, FilePaths.Comparer);
    private readonly Dictionary<string, TextLineCollection> lines = new(FilePaths.Comparer);
    private readonly Dictionary<string, int> numbers = new(FilePaths.Comparer);
    private readonly List<object> all = [];

    /// <summary>The files, by their numbers.</summary>
    public IReadOnlyList<object> All => all;

    /// <summary>What the base of relative references is.</summary>
    public IReadOnlyDictionary<string, object> UriBaseIds { get; } = new Dictionary<string, object>
    {
        [SourceRoot] = new { Uri = UriOf(Path.TrimEndingDirectorySeparator(baseFolder)).TrimEnd('/') + "/" },
    };

    /// <summary>A place in a file, as a result has it.</summary>
    public object Location(string file, object region) =>
        new { PhysicalLocation = new { ArtifactLocation = Reference(file), Region = region } };

    /// <summary>A file, by its address and its number.</summary>
    public object Reference(string file)
    {
        var path = Path.GetFullPath(file);
        var isBelow = FilePaths.IsBelow(baseFolder, path);
        var uri = isBelow ? Escaped(FilePaths.Relative(baseFolder, path)) : UriOf(path);
        var uriBaseId = isBelow ? SourceRoot : null;
        if (!numbers.TryGetValue(path, out var index))
        {
            numbers.Add(path, index = all.Count);
            var edit = edits.GetValueOrDefault(path);
            all.Add(new
            {
                Location = new { Uri = uri, UriBaseId = uriBaseId },
                Encoding = edit?.Text?.EncodingName,

                // Who applies a fix can tell by it whether the file is still the one that the fix is for.
                Hashes = edit?.Before is { } bytes ? new Dictionary<string, string> { ["sha-256"] = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan())) } : null,
            });
        }

        return new { Uri = uri, UriBaseId = uriBaseId, Index = index };
    }

    /// <summary>The lines of a file that changes, as it is before.</summary>
    public TextLineCollection LinesOf(string file)
    {
        var path = Path.GetFullPath(file);
        if (!lines.TryGetValue(path, out var found))
        {
            lines.Add(path, found = SourceText.From(edits[path].Text!.Text).Lines);
        }

        return found;
    }

    // System.Uri takes a percent sign in a file's name for an escape where two digits follow it.
    private static string UriOf(string path)
    {
        var escaped = Escaped(path.Replace(Path.DirectorySeparatorChar, '/')).Replace("%3A", ":", StringComparison.Ordinal);

        // A share names its host, a drive stands below the root.
        return (escaped.StartsWith("//", StringComparison.Ordinal) ? "file:" : escaped.StartsWith('/') ? "file://" : "file:///") + escaped;
    }

    private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
