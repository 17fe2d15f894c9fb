using System.Collections.Immutable;
using System.Text;

namespace PbnRewriter.Cli.Text;

/// <summary>
/// A file's text together with what it takes to write it back: a text that does not give the same bytes again is
/// refused, since writing it would corrupt what was not edited.
/// </summary>
internal sealed class EncodedText
{
    private readonly Encoding encoding;
    private readonly ImmutableArray<byte> mark;

    private EncodedText(string path, ImmutableArray<byte> bytes, string text, Encoding encoding, ImmutableArray<byte> mark)
    {
        Path = path;
        Bytes = bytes;
        Text = text;
        this.encoding = encoding;
        this.mark = mark;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The file as it is on disk.</summary>
    public ImmutableArray<byte> Bytes { get; }

    /// <summary>The text without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>The registered name of the encoding.</summary>
    public string EncodingName => encoding.WebName;

    /// <summary>Reads a file: a byte order mark decides, else the encoding given.</summary>
    public static EncodedText Read(string path, Encoding encoding) => Decode(path, BytesOf(path), encoding);

    /// <summary>Reads the bytes of a file, or says why they cannot be read.</summary>
    public static ImmutableArray<byte> BytesOf(string path)
    {
        try
        {
            return [.. File.ReadAllBytes(path)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunException(ExitCode.Usage, $"{path} cannot be read: {Sentence.FirstLine(failure.Message)} Nothing was written.");
        }
    }

    /// <summary>The file with replacements: its encoding and its byte order mark, or their absence, stay.</summary>
    /// <param name="replacements">What to replace, none over another; at one position, in their order.</param>
    public FileEdit With(IEnumerable<TextReplacement> replacements)
    {
        var text = new StringBuilder();
        var changes = ImmutableArray.CreateBuilder<TextReplacement>();
        var position = 0;
        var offset = mark.Length;
        ImmutableArray<TextReplacement> ordered = [.. replacements.OrderBy(each => each.Position).ThenBy(each => each.Removed)];
        foreach (var (start, length, inserted, call) in ordered)
        {
            offset += encoding.GetByteCount(Text.AsSpan(position, start - position));
            var removed = encoding.GetByteCount(Text.AsSpan(start, length));
            changes.Add(new TextReplacement(offset, removed, ByteChunker.TextOf(encoding.GetBytes(inserted)), call));
            text.Append(Text, position, start - position).Append(inserted);
            position = start + length;
            offset += removed;
        }

        text.Append(Text, position, Text.Length - position);
        return new FileEdit(Path, Bytes, [.. mark, .. encoding.GetBytes(text.ToString())])
        {
            Text = this,
            Replacements = ordered,
            Changes = changes.ToImmutable(),
        };
    }

    private static EncodedText Decode(string path, ImmutableArray<byte> bytes, Encoding fallback)
    {
        var marked = Marked(bytes.AsSpan());
        var encoding = Strict(marked ?? fallback);
        var mark = marked is null ? [] : ImmutableArray.Create(marked.GetPreamble());
        try
        {
            var text = encoding.GetString(bytes.AsSpan()[mark.Length..]);
            if (encoding.GetBytes(text).AsSpan().SequenceEqual(bytes.AsSpan()[mark.Length..]))
            {
                return new EncodedText(path, bytes, text, encoding, mark);
            }
        }
        catch (DecoderFallbackException)
        {
            // Reported below: both ways say that the bytes are no text in this encoding.
        }

        throw NotText(path, encoding);
    }

    /// <summary>What a file that is not text in its encoding is told as.</summary>
    public static RunException NotText(string path, Encoding encoding) => new(
        ExitCode.NotLoaded,
        $"{path} is not valid {encoding.WebName.ToUpperInvariant()} text, and rewriting it would change other characters. "
        + "Save it as UTF-8 and run again; nothing was written.");

    private static Encoding? Marked(ReadOnlySpan<byte> bytes)
    {
        // UTF-32 little endian begins as UTF-16 little endian does, so it is asked for first.
        foreach (var encoding in (Encoding[])[Encoding.UTF32, Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            if (bytes.StartsWith(encoding.GetPreamble()))
            {
                return encoding;
            }
        }

        return null;
    }

    private static Encoding Strict(Encoding encoding) =>
        Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
}
