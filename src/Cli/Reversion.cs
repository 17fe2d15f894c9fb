using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PbnRewriter.Cli;

/// <summary>One file taken back.</summary>
/// <param name="Edit">The file as it is now and as it was before the rewrite, with what was edited since.</param>
/// <param name="IsEdited">Whether it was edited since the rewrite.</param>
/// <param name="Conflicts">The lines, counted from 1, where the rewritten code itself was edited, and which stay.</param>
internal sealed partial record Reversion(FileEdit Edit, bool IsEdited, ImmutableArray<int> Conflicts)
{
    /// <summary>Takes a file back.</summary>
    /// <param name="rewrite">What the rewrite made of it.</param>
    /// <param name="current">The file as it is now.</param>
    public static Reversion Of(FileEdit rewrite, ImmutableArray<byte> current)
    {
        var (before, after) = (rewrite.Before!.Value, rewrite.After!.Value);
        if (current.SequenceEqual(after) || current.SequenceEqual(before))
        {
            return new Reversion(new FileEdit(rewrite.Path, current, before), IsEdited: false, []);
        }

        var merge = new ThreeWayMerge(before.AsSpan(), after.AsSpan(), current.AsSpan());
        var merged = merge.Undo(_ => false);
        if (NamesRuntime(merged.Bytes))
        {
            // Code that was written since needs the import.
            merged = merge.Undo(part => RuntimeNamespace().IsMatch(Text(part)));
        }

        return new Reversion(new FileEdit(rewrite.Path, current, merged.Bytes), IsEdited: true, merged.Conflicts);
    }

    /// <summary>The file with the rewrite still in it.</summary>
    public Reversion Dropped() => this with { Edit = Edit with { After = Edit.Before } };

    /// <summary>Whether a file names the runtime or something in it.</summary>
    public static bool NamesRuntime(ImmutableArray<byte> bytes)
    {
        var text = Text(ByteChunker.TextOf(bytes.AsSpan()));
        return RuntimeNames().IsMatch(text);
    }

    // Without the other halves of UTF-16's letters.
    private static string Text(string bytes) => bytes.Replace("\0", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\bPbnRewriter\s*\.\s*Runtime\b")]
    private static partial Regex RuntimeNamespace();

    [GeneratedRegex(@"\b(pbn|PatchBatchNorm2d|PatchGrid|PatchStatistics|PatchLayout)\b")]
    private static partial Regex RuntimeNames();
}
