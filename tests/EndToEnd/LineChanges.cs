using System.Text;

namespace PbnRewriter.EndToEnd.Tests;

/// <summary>The lines that one text lost and gained on the way to another, each with its line ending.</summary>
internal sealed record LineChanges(IReadOnlyList<string> Removed, IReadOnlyList<string> Added)
{
    public static LineChanges Between(byte[] before, byte[] after) => Between(Lines(before), Lines(after));

    /// <summary>The lines of a text file in the encoding of its byte order mark, which is no part of them.</summary>
    public static string[] Lines(byte[] bytes)
    {
        var text = (bytes is [0xFF, 0xFE, ..] ? Encoding.Unicode : Encoding.UTF8).GetString(bytes).TrimStart('\uFEFF');
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var found and >= 0 ? found + 1 : text.Length;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }

    /// <summary>By the longest common subsequence, so that every other line is in both texts, byte for byte and in order.</summary>
    private static LineChanges Between(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var (removed, added) = (new List<string>(), new List<string>());
        for (var (i, j) = (0, 0); i < before.Length || j < after.Length;)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                removed.Add(before[i++]);
            }
            else
            {
                added.Add(after[j++]);
            }
        }

        return new LineChanges(removed, added);
    }
}
