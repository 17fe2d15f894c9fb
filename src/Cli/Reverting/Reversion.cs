using System.Collections.Immutable;
using System.Text.RegularExpressions;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Reverting;

/// <summary>One file on its way back through the rewrites that changed it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Now">The file as it is.</param>
/// <param name="Then">The file as it was before the rewrites, with what was edited since.</param>
/// <param name="IsEdited">Whether it was edited since a rewrite.</param>
/// <param name="Conflicts">The lines, counted from 1, where the rewritten code itself was edited, and which stay.</param>
/// <param name="KeepsImport">Whether code that was written since needs the import that a rewrite added.</param>
internal sealed partial record Reversion(
    string Path, ImmutableArray<byte> Now, ImmutableArray<byte> Then, bool IsEdited, ImmutableArray<int> Conflicts, bool KeepsImport)
{
    /// <summary>A file of which nothing is taken back yet.</summary>
    public static Reversion Of(string path)
    {
        var bytes = EncodedText.BytesOf(path);
        return new Reversion(path, bytes, bytes, IsEdited: false, [], KeepsImport: false);
    }

    /// <summary>Whether all of the rewrites is gone.</summary>
    public bool IsWhole => Conflicts.IsEmpty && !KeepsImport;

    public FileEdit Edit => new(Path, Now, Then);

    /// <summary>The file with one rewrite more taken back.</summary>
    public Reversion Through(FileEdit rewrite)
    {
        if (Then.SequenceEqual(rewrite.After!.Value) || Then.SequenceEqual(rewrite.Before!.Value))
        {
            return this with { Then = rewrite.Before!.Value };
        }

        var merge = new ThreeWayMerge(rewrite, Then.AsSpan());
        var merged = merge.Undo(_ => false);
        var keepsImport = NamesRuntime(merged.Bytes) && rewrite.Changes.Any(change => IsImport(change.Inserted));
        if (keepsImport)
        {
            merged = merge.Undo(IsImport);
        }

        return this with
        {
            Then = merged.Bytes,
            IsEdited = true,
            Conflicts = [.. Conflicts.Union(merged.Conflicts)],
            KeepsImport = KeepsImport || keepsImport,
        };
    }

    /// <summary>Whether a file names the runtime or something in it.</summary>
    public static bool NamesRuntime(ImmutableArray<byte> bytes) => RuntimeNames().IsMatch(Letters(ByteChunker.TextOf(bytes.AsSpan())));

    private static bool IsImport(string part) => RuntimeImport().IsMatch(Letters(part));

    // Without the other halves of UTF-16's letters.
    private static string Letters(string bytes) => bytes.Replace("\0", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\busing\s+PbnRewriter\.Runtime\s*;")]
    private static partial Regex RuntimeImport();

    [GeneratedRegex(@"\b(pbn|PatchBatchNorm2d|PatchGrid|PatchStatistics|PatchLayout)\b")]
    private static partial Regex RuntimeNames();
}
