using System.Collections.Immutable;
using System.Security.Cryptography;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Writing;

/// <summary>
/// One file of a write, told by hashes, so that it can be brought to its bytes of after or of before whatever a killed run
/// left. Both ways may be gone again: what is done already stays done.
/// </summary>
/// <param name="Path">The file itself, at the end of its symbolic links.</param>
/// <param name="Temporary">Where its other bytes wait, beside it, to be renamed over it.</param>
/// <param name="Before">The hash of its bytes before; null where there was no file.</param>
/// <param name="After">The hash of its bytes after; null where there is to be no file.</param>
internal sealed record JournalEntry(string Path, string Temporary, string? Before, string? After)
{
    /// <summary>Whether the file has its bytes of after.</summary>
    public bool IsFinished => HashOf(Path) == After;

    /// <summary>
    /// Whether the write of this file is done or can be. One that was renamed and edited since is done too: the edits stay.
    /// </summary>
    public bool CanFinish => CanReach(After, Before) || (!File.Exists(Temporary) && HashOf(Path) != Before);

    /// <summary>Whether the file has its bytes of before or can get them.</summary>
    public bool CanUndo => CanReach(Before, After);

    /// <summary>Plans the edit of a file. A symbolic link stays a link: the file that it leads to is replaced.</summary>
    public static JournalEntry Of(FileEdit edit)
    {
        var path = new FileInfo(edit.Path).LinkTarget is null
            ? edit.Path
            : File.ResolveLinkTarget(edit.Path, returnFinalTarget: true)!.FullName;
        var temporary = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, $".pbn-rewrite.{Guid.NewGuid():N}.tmp");
        return new JournalEntry(path, temporary, HashOf(edit.Before), HashOf(edit.After));
    }

    /// <summary>Brings the file to its bytes of after, unless it has neither these nor those of before.</summary>
    public bool TryFinish(Action<string, string> replace) => TryReach(After, Before, replace);

    /// <summary>Brings the file to its bytes of before, unless it has neither these nor those of after.</summary>
    public bool TryUndo(Action<string, string> replace) => TryReach(Before, After, replace);

    private bool CanReach(string? wanted, string? other)
    {
        var now = HashOf(Path);
        return now == wanted || (now == other && (wanted is null || HashOf(Temporary) == wanted));
    }

    private bool TryReach(string? wanted, string? other, Action<string, string> replace)
    {
        if (!CanReach(wanted, other))
        {
            return false;
        }

        if (HashOf(Path) == wanted)
        {
            File.Delete(Temporary);
        }
        else if (wanted is null)
        {
            File.Delete(Path);
        }
        else
        {
            replace(Temporary, Path);
        }

        return true;
    }

    private static string? HashOf(string path) => File.Exists(path) ? HashOf(File.ReadAllBytes(path)) : null;

    private static string? HashOf(ImmutableArray<byte>? bytes) => bytes is { } known ? HashOf(known.AsSpan()) : null;

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
