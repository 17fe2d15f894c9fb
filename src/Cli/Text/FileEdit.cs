using System.Collections.Immutable;

namespace PbnRewriter.Cli.Text;

/// <summary>The bytes of one file before and after; null where there is no file.</summary>
internal sealed record FileEdit(string Path, ImmutableArray<byte>? Before, ImmutableArray<byte>? After)
{
    /// <summary>The text that is edited; null for a file that is written as a whole.</summary>
    public EncodedText? Text { get; init; }

    /// <summary>What is replaced in <see cref="Text"/>, in its order.</summary>
    public ImmutableArray<TextReplacement> Replacements { get; init; } = [];

    /// <summary>What was replaced by what, in the order of the file, each byte as one character; see <see cref="ByteChunker"/>.</summary>
    public ImmutableArray<TextReplacement> Changes { get; init; } = [];

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => Before is { } before && After is { } after && before.SequenceEqual(after);
}
