using System.Collections.Immutable;
using System.Text;
using DiffPlex;

namespace PbnRewriter.Cli;

/// <summary>
/// Takes one change of a file back and keeps those that were made since, as <c>git revert</c> does, but word by word: an edit
/// elsewhere on a changed line is no conflict.
/// </summary>
internal sealed class ThreeWayMerge
{
    private readonly IReadOnlyList<string> pieces;
    private readonly List<Change> undone;
    private readonly List<Change> made;

    /// <param name="before">The file before the change.</param>
    /// <param name="after">The file after the change.</param>
    /// <param name="current">The file as it is now.</param>
    public ThreeWayMerge(ReadOnlySpan<byte> before, ReadOnlySpan<byte> after, ReadOnlySpan<byte> current)
    {
        var text = ByteChunker.TextOf(after);
        (pieces, undone) = Changes(text, ByteChunker.TextOf(before));
        (_, made) = Changes(text, ByteChunker.TextOf(current));
    }

    /// <summary>Undoes the change.</summary>
    /// <param name="isKept">Whether a part of the change stays, given what it had put in.</param>
    public MergedText Undo(Func<string, bool> isKept)
    {
        var text = new StringBuilder();
        var conflicts = ImmutableArray.CreateBuilder<int>();
        var position = 0;
        foreach (var region in Regions(undone.Where(change => !isKept(Base(change.Start, change.End)))))
        {
            text.Append(Base(position, region.Start));
            var taken = Apply(region.Undone, region.Start, region.End);
            var kept = Apply(region.Made, region.Start, region.End);

            // Who took the change back by hand made it the same.
            if (region.IsConflict && taken != kept)
            {
                conflicts.Add(text.ToString().Count(character => character == '\n') + 1);
            }

            text.Append(region.AreInside ? taken : kept);
            position = region.End;
        }

        text.Append(Base(position, pieces.Count));
        return new MergedText([.. ByteChunker.BytesOf(text.ToString())], conflicts.ToImmutable());
    }

    /// <summary>The changes of both sides; those that overlap are one region.</summary>
    private List<Region> Regions(IEnumerable<Change> undone)
    {
        var regions = new List<Region>();
        var changes = undone.Select(change => new Region(change.Start, change.End, [change], []))
            .Concat(made.Select(change => new Region(change.Start, change.End, [], [change])));

        // What was inserted right before a part that is undone is none of it, and comes first.
        foreach (var next in changes.OrderBy(each => each.Start).ThenBy(each => each.End).ThenBy(each => each.Made.IsEmpty))
        {
            if (regions.Count > 0 && next.Start < regions[^1].End)
            {
                regions[^1] = regions[^1].With(next);
            }
            else
            {
                regions.Add(next);
            }
        }

        return regions;
    }

    private string Apply(ImmutableArray<Change> changes, int start, int end)
    {
        var text = new StringBuilder();
        foreach (var change in changes)
        {
            text.Append(Base(start, change.Start)).Append(change.Text);
            start = change.End;
        }

        return text.Append(Base(start, end)).ToString();
    }

    private string Base(int start, int end) => string.Concat(pieces.Skip(start).Take(end - start));

    private static (IReadOnlyList<string> Pieces, List<Change> Changes) Changes(string from, string to)
    {
        var diff = Differ.Instance.CreateDiffs(from, to, ignoreWhiteSpace: false, ignoreCase: false, ByteChunker.Words);
        var changes = diff.DiffBlocks.Select(block => new Change(
            block.DeleteStartA,
            block.DeleteStartA + block.DeleteCountA,
            string.Concat(diff.PiecesNew.Skip(block.InsertStartB).Take(block.InsertCountB))));
        return (diff.PiecesOld, changes.ToList());
    }

    /// <summary>Pieces of the changed file, by their positions, and what takes their place.</summary>
    private sealed record Change(int Start, int End, string Text);

    private sealed record Region(int Start, int End, ImmutableArray<Change> Undone, ImmutableArray<Change> Made)
    {
        /// <summary>
        /// Whether all that was made lies within parts that are undone: the numbers of a grid, say, which go with the argument.
        /// </summary>
        public bool AreInside => Made.All(edit => Undone.Any(part => part.Start < edit.Start && edit.End < part.End));

        public bool IsConflict => !Undone.IsEmpty && !AreInside;

        public Region With(Region next) => new(
            Start, Math.Max(End, next.End), Undone.AddRange(next.Undone), Made.AddRange(next.Made));
    }
}

/// <summary>A file after a merge.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Conflicts">The lines, counted from 1, where both sides changed the same words; there it stays as it was.</param>
internal sealed record MergedText(ImmutableArray<byte> Bytes, ImmutableArray<int> Conflicts);
