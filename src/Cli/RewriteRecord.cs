using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;

namespace PbnRewriter.Cli;

/// <summary>
/// What rewrites changed, beside what was rewritten: all that <c>--revert</c> needs. Spellings that a rewrite replaces cannot
/// be told from the rewritten code, so the files are kept as they were, and as they were left, to tell later edits by.
/// </summary>
internal sealed class RewriteRecord
{
    /// <summary>The name of the file. It has no extension, so that no project takes it for content.</summary>
    public const string FileName = ".pbn-rewrite";

    private const int Version = 1;

    private readonly string path;
    private readonly ImmutableArray<byte>? bytes;

    private RewriteRecord(string path, ImmutableArray<byte>? bytes, ImmutableArray<FileEdit> files)
    {
        this.path = path;
        this.bytes = bytes;
        Files = files;
    }

    /// <summary>The files, by path; empty where nothing was rewritten.</summary>
    public ImmutableArray<FileEdit> Files { get; }

    /// <summary>Reads the record of a folder.</summary>
    public static RewriteRecord Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new RewriteRecord(path, null, []);
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            var content = JsonSerializer.Deserialize<Content>(bytes, JsonSerializerOptions.Web)
                ?? throw new JsonException("it is empty.");
            if (content.Version != Version)
            {
                throw new JsonException($"its version is {content.Version}, and this pbn-rewrite reads version {Version}.");
            }

            return new RewriteRecord(path, [.. bytes], [.. content.Files.Select(file =>
                new FileEdit(Path.GetFullPath(file.Path, folder), Unpack(file.Before), Unpack(file.After)))]);
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new RunException(
                ExitCode.Usage,
                $"the record of earlier rewrites, {path}, cannot be read: {Sentence.FirstLine(failure.Message)}\n"
                + "Restore it, or delete it to go on without the way back.");
        }
    }

    /// <summary>The edits, and with them that of the record itself.</summary>
    public ImmutableArray<FileEdit> Including(ImmutableArray<FileEdit> edits)
    {
        if (edits.IsEmpty)
        {
            return edits;
        }

        var files = Files.ToDictionary(file => file.Path, FilePaths.Comparer);
        foreach (var edit in edits)
        {
            // What an earlier rewrite changed goes back further, to before that one.
            var before = files.TryGetValue(edit.Path, out var earlier) ? Reversion.Of(earlier, edit.Before!.Value).Edit.After : edit.Before;
            files[edit.Path] = edit with { Before = before };
        }

        var folder = Path.GetDirectoryName(path)!;
        var content = new Content(Version, ToolVersion.WithoutBuildMetadata, [.. files.Values
            .OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => new Entry(FilePaths.Relative(folder, file.Path), Pack(file.Before!.Value), Pack(file.After!.Value)))]);
        var written = JsonSerializer.SerializeToUtf8Bytes(content, new JsonSerializerOptions(JsonSerializerOptions.Web) { WriteIndented = true });
        return edits.Add(new FileEdit(path, bytes, [.. written]));
    }

    /// <summary>The edit that deletes the record.</summary>
    public FileEdit Removal() => new(path, bytes, After: null);

    private static byte[] Pack(ImmutableArray<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(bytes.AsSpan());
        }

        return packed.ToArray();
    }

    private static ImmutableArray<byte> Unpack(byte[] packed)
    {
        using var bytes = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            stream.CopyTo(bytes);
        }

        return [.. bytes.ToArray()];
    }

    private sealed record Content(int Version, string Tool, ImmutableArray<Entry> Files);

    private sealed record Entry(string Path, byte[] Before, byte[] After);
}
