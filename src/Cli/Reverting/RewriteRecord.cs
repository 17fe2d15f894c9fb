using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Reverting;

/// <summary>
/// What rewrites changed, beside what was rewritten: all that <c>--revert</c> needs. Spellings that a rewrite replaces cannot
/// be told from the rewritten code, so each file is kept as it was, with the replacements.
/// </summary>
internal sealed class RewriteRecord
{
    /// <summary>The name of the file. It has no extension, so that no project takes it for content.</summary>
    public const string FileName = ".pbn-rewrite";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Written = new(JsonSerializerOptions.Web) { WriteIndented = true };

    private readonly string path;
    private readonly ImmutableArray<byte>? bytes;

    private RewriteRecord(string path, ImmutableArray<byte>? bytes, ImmutableArray<ImmutableArray<FileEdit>> rewrites)
    {
        this.path = path;
        this.bytes = bytes;
        Rewrites = rewrites;
    }

    /// <summary>The files of each rewrite, the oldest rewrite first.</summary>
    public ImmutableArray<ImmutableArray<FileEdit>> Rewrites { get; }

    /// <summary>Reads the record of a folder; an empty one where there is none.</summary>
    public static RewriteRecord Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!Path.Exists(path))
        {
            return new RewriteRecord(path, null, []);
        }

        try
        {
            var bytes = File.ReadAllBytes(path);
            return new RewriteRecord(path, [.. bytes], Parse(bytes, folder));
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException or IOException or UnauthorizedAccessException
            or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new RunException(
                ExitCode.Usage,
                $"the record of earlier rewrites, {path}, cannot be read: it is not as pbn-rewrite left it.\n"
                + "Restore it, or delete it to go on without the way back.");
        }
    }

    /// <summary>
    /// The edits of a rewrite, and before them that of the record itself: from the first file on there is a way back.
    /// </summary>
    public ImmutableArray<FileEdit> Including(ImmutableArray<FileEdit> edits) =>
        edits.IsEmpty ? edits : [With(Rewrites.Add(edits)), .. edits];

    /// <summary>The edit that leaves in the record what could not be taken back, or deletes it.</summary>
    public FileEdit Keeping(ImmutableArray<ImmutableArray<FileEdit>> rewrites) =>
        rewrites.IsEmpty ? new FileEdit(path, bytes, After: null) : With(rewrites);

    private FileEdit With(ImmutableArray<ImmutableArray<FileEdit>> rewrites)
    {
        var folder = Path.GetDirectoryName(path)!;
        var content = new Content(Version, ToolVersion.WithoutBuildMetadata, [.. rewrites.Select(files => new Rewrite(
            [.. files.Select(file => new Entry(FilePaths.Relative(folder, file.Path), Pack(file.Before!.Value), file.Changes))]))]);
        return new FileEdit(path, bytes, [.. JsonSerializer.SerializeToUtf8Bytes(content, Written)]);
    }

    private static ImmutableArray<ImmutableArray<FileEdit>> Parse(byte[] json, string folder)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.GetProperty("version").GetInt32() != Version)
        {
            throw new JsonException("The version is another one.");
        }

        return [.. document.RootElement.GetProperty("rewrites").EnumerateArray().Select(rewrite =>
            rewrite.GetProperty("files").EnumerateArray().Select(file => Read(file, folder)).ToImmutableArray())];
    }

    private static FileEdit Read(JsonElement file, string folder)
    {
        var before = ByteChunker.TextOf(Unpack(file.GetProperty("before").GetBytesFromBase64()));
        var changes = file.GetProperty("changes").Deserialize<ImmutableArray<TextReplacement>>(JsonSerializerOptions.Web);
        var after = changes.Reverse().Aggregate(
            before, (text, change) => text.Remove(change.Position, change.Removed).Insert(change.Position, change.Inserted));
        return new FileEdit(
            Path.GetFullPath(file.GetProperty("path").GetString()!, folder),
            [.. ByteChunker.BytesOf(before)],
            [.. ByteChunker.BytesOf(after)])
        {
            Changes = changes,
        };
    }

    private static byte[] Pack(ImmutableArray<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Optimal))
        {
            stream.Write(bytes.AsSpan());
        }

        return packed.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var bytes = new MemoryStream();
        using (var stream = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            stream.CopyTo(bytes);
        }

        return bytes.ToArray();
    }

    private sealed record Content(int Version, string Tool, ImmutableArray<Rewrite> Rewrites);

    private sealed record Rewrite(ImmutableArray<Entry> Files);

    private sealed record Entry(string Path, byte[] Before, ImmutableArray<TextReplacement> Changes);
}
