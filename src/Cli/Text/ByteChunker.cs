using System.Text;
using DiffPlex;

namespace PbnRewriter.Cli.Text;

/// <summary>
/// Cuts files into the pieces that a diff compares. It works on bytes, of which each stands for one character here: so CR,
/// byte order marks and every encoding come through as they are.
/// </summary>
internal sealed class ByteChunker : IChunker
{
    private readonly Func<string, int, int> endOfPiece;

    private ByteChunker(Func<string, int, int> endOfPiece) => this.endOfPiece = endOfPiece;

    /// <summary>Lines with their ends; a line ends at LF alone, as it does for git.</summary>
    public static ByteChunker Lines { get; } = new((text, start) =>
    {
        var end = text.IndexOf('\n', start);
        return end < 0 ? text.Length : end + 1;
    });

    /// <summary>Words, and every other character for itself.</summary>
    public static ByteChunker Words { get; } = new((text, start) =>
    {
        var end = start + 1;
        while (IsOfWord(text[start]) && end < text.Length && IsOfWord(text[end]))
        {
            end++;
        }

        return end;
    });

    public static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] BytesOf(string text) => Encoding.Latin1.GetBytes(text);

    public IReadOnlyList<string> Chunk(string text)
    {
        var pieces = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = endOfPiece(text, start);
            pieces.Add(text[start..end]);
            start = end;
        }

        return pieces;
    }

    // Zero is the other half of a letter in UTF-16.
    private static bool IsOfWord(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '\0' or >= '\x80';
}
