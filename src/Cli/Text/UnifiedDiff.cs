using System.Collections.Immutable;
using System.Text;
using DiffPlex;
using DiffPlex.Model;

namespace PbnRewriter.Cli.Text;

/// <summary>A unified diff that <c>git apply</c> takes, of the files' bytes.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The diff of one file.</summary>
    /// <param name="edit">The file, which is there before and after.</param>
    /// <param name="path">Its path in the headers, with forward slashes.</param>
    public static byte[] Create(FileEdit edit, string path)
    {
        var diff = Differ.Instance.CreateDiffs(
            ByteChunker.TextOf(edit.Before!.Value.AsSpan()),
            ByteChunker.TextOf(edit.After!.Value.AsSpan()),
            ignoreWhiteSpace: false,
            ignoreCase: false,
            ByteChunker.Lines);

        // No `diff --git` line: with one, git apply would take the paths from the top of the repository.
        var text = new StringBuilder();
        text.Append("--- ").Append(Header("a/" + path)).Append('\n');
        text.Append("+++ ").Append(Header("b/" + path)).Append('\n');
        foreach (var hunk in Hunks(diff))
        {
            Append(text, diff, hunk);
        }

        return ByteChunker.BytesOf(text.ToString());
    }

    // Changes whose context would touch or overlap share a hunk.
    private static List<ImmutableArray<DiffBlock>> Hunks(DiffResult diff)
    {
        var hunks = new List<ImmutableArray<DiffBlock>>();
        foreach (var block in diff.DiffBlocks)
        {
            if (hunks.Count > 0 && block.DeleteStartA - EndA(hunks[^1][^1]) <= 2 * Context)
            {
                hunks[^1] = hunks[^1].Add(block);
            }
            else
            {
                hunks.Add([block]);
            }
        }

        return hunks;
    }

    private static void Append(StringBuilder text, DiffResult diff, ImmutableArray<DiffBlock> hunk)
    {
        var startA = Math.Max(0, hunk[0].DeleteStartA - Context);
        var startB = hunk[0].InsertStartB - (hunk[0].DeleteStartA - startA);
        var endA = Math.Min(diff.PiecesOld.Count, EndA(hunk[^1]) + Context);
        var endB = hunk[^1].InsertStartB + hunk[^1].InsertCountB + (endA - EndA(hunk[^1]));
        text.Append("@@ -").Append(Range(startA, endA)).Append(" +").Append(Range(startB, endB)).Append(" @@\n");

        var position = startA;
        foreach (var block in hunk)
        {
            AppendLines(text, ' ', diff.PiecesOld, position, block.DeleteStartA);
            AppendLines(text, '-', diff.PiecesOld, block.DeleteStartA, EndA(block));
            AppendLines(text, '+', diff.PiecesNew, block.InsertStartB, block.InsertStartB + block.InsertCountB);
            position = EndA(block);
        }

        AppendLines(text, ' ', diff.PiecesOld, position, endA);
    }

    private static void AppendLines(StringBuilder text, char mark, IReadOnlyList<string> lines, int start, int end)
    {
        for (var index = start; index < end; index++)
        {
            text.Append(mark).Append(lines[index]);
            if (!lines[index].EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    private static int EndA(DiffBlock block) => block.DeleteStartA + block.DeleteCountA;

    // An empty range names the line before it.
    private static string Range(int start, int end) => end == start ? $"{start},0" : $"{start + 1},{end - start}";

    // As git writes them: quoted where a character would end or confuse the header, closed by a tab after a blank.
    private static string Header(string path)
    {
        if (path.Any(character => character is '"' or '\\' || char.IsControl(character)))
        {
            var quoted = new StringBuilder("\"");
            foreach (var value in Encoding.UTF8.GetBytes(path))
            {
                quoted.Append(value is (byte)'"' or (byte)'\\'
                    ? $"\\{(char)value}"
                    : value is < 0x20 or >= 0x7f ? $"\\{Convert.ToString(value, 8).PadLeft(3, '0')}" : $"{(char)value}");
            }

            return quoted.Append('"').ToString();
        }

        var plain = ByteChunker.TextOf(Encoding.UTF8.GetBytes(path));
        return path.Contains(' ', StringComparison.Ordinal) ? plain + "\t" : plain;
    }
}
