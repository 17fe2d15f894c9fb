using System.Collections.Immutable;
using System.Text;
using DiffPlex;

namespace PbnRewriter.Cli.Text;

/// <summary>
/// Takes a change of a file back and keeps what was edited since, as <c>git revert</c> does, but word by word: an edit
/// elsewhere on a changed line is no conflict. A rewritten call goes back as a whole or not at all.
/// </summary>
internal sealed class ThreeWayMerge
{
    // The file after the change, to which the positions below belong.
    private readonly string changed;
    private readonly List<Change> undone = [];
    private readonly List<Change> made;

    /// <param name="change">The change.</param>
    /// <param name="current">The file as it is now.</param>
    public ThreeWayMerge(FileEdit change, ReadOnlySpan<byte> current)
    {
        var before = ByteChunker.TextOf(change.Before!.Value.AsSpan());
        changed = ByteChunker.TextOf(change.After!.Value.AsSpan());
        var shift = 0;
        foreach (var (position, removed, inserted, call) in change.Changes)
        {
            var start = position + shift;
            undone.Add(new Change(start, start + inserted.Length, before.Substring(position, removed), call));
            shift += inserted.Length - removed;
        }

        made = Differences(changed, ByteChunker.TextOf(current));
    }

    /// <summary>Undoes the change.</summary>
    /// <param name="isKept">Whether a part of the change stays, given what it had put in.</param>
    public MergedText Undo(Func<string, bool> isKept)
    {
        var wanted = undone.Where(change => !isKept(changed[change.Start..change.End])).ToList();
        var kept = new HashSet<int>();
        while (true)
        {
            var regions = Regions(wanted.Where(change => change.Call is not { } call || !kept.Contains(call)));
            var count = kept.Count;
            kept.UnionWith(regions.Where(IsConflict).SelectMany(region => region.Undone).Select(change => change.Call).OfType<int>());
            if (kept.Count == count)
            {
                return Render(regions, [.. kept.Select(call => wanted.First(change => change.Call == call).Start)]);
            }
        }
    }

    private MergedText Render(List<Region> regions, HashSet<int> keptCalls)
    {
        var text = new StringBuilder();
        var conflicts = ImmutableSortedSet.CreateBuilder<int>();
        var position = 0;
        foreach (var region in regions.Append(new Region(changed.Length, changed.Length, [], [])))
        {
            foreach (var call in keptCalls.Where(start => start >= position && start < region.End))
            {
                conflicts.Add(Line(text.ToString() + changed[position..Math.Min(call, region.Start)]));
            }

            text.Append(changed, position, region.Start - position);
            if (IsConflict(region))
            {
                conflicts.Add(Line(text.ToString()));
            }

            text.Append(Apply(region.AreInside ? region.Undone : region.Made, region));
            position = region.End;
        }

        return new MergedText([.. ByteChunker.BytesOf(text.ToString())], [.. conflicts]);
    }

    private static int Line(string text) => text.Count(character => character == '\n') + 1;

    // Who took the change back by hand made it the same.
    private bool IsConflict(Region region) =>
        !region.Undone.IsEmpty && !region.AreInside && Apply(region.Undone, region) != Apply(region.Made, region);

    /// <summary>The changes of both sides; those that overlap are one region.</summary>
    private List<Region> Regions(IEnumerable<Change> undone)
    {
        var regions = new List<Region>();
        var changes = undone.Select(change => new Region(change.Start, change.End, [change], []))
            .Concat(made.Select(change => new Region(change.Start, change.End, [], [change])));

        // What was inserted right before a part that is undone is none of it, and comes first.
        foreach (var next in changes.OrderBy(each => each.Start).ThenBy(each => each.End).ThenBy(each => each.Made.IsEmpty))
        {
            if (regions.Count > 0 && (next.Start < regions[^1].End || GoesOnWithArguments(regions[^1], next)))
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

    /// <summary>Whether more arguments were written right behind those that a rewrite had added to a call.</summary>
    private static bool GoesOnWithArguments(Region region, Region next) =>
        next.Start == region.End && !next.Made.IsEmpty && region.Undone is [.., { Call: not null, Text: "" } added] && added.End == next.Start;

    private string Apply(ImmutableArray<Change> changes, Region region)
    {
        var text = new StringBuilder();
        var start = region.Start;
        foreach (var change in changes)
        {
            text.Append(changed, start, change.Start - start).Append(change.Text);
            start = change.End;
        }

        return text.Append(changed, start, region.End - start).ToString();
    }

    private static List<Change> Differences(string from, string to)
    {
        var diff = Differ.Instance.CreateDiffs(from, to, ignoreWhiteSpace: false, ignoreCase: false, ByteChunker.Words);
        var starts = new int[diff.PiecesOld.Count + 1];
        for (var index = 0; index < diff.PiecesOld.Count; index++)
        {
            starts[index + 1] = starts[index] + diff.PiecesOld[index].Length;
        }

        return [.. diff.DiffBlocks.Select(block => new Change(
            starts[block.DeleteStartA],
            starts[block.DeleteStartA + block.DeleteCountA],
            string.Concat(diff.PiecesNew.Skip(block.InsertStartB).Take(block.InsertCountB)),
            Call: null))];
    }

    /// <summary>A part of the changed file and what takes its place.</summary>
    private sealed record Change(int Start, int End, string Text, int? Call);

    private sealed record Region(int Start, int End, ImmutableArray<Change> Undone, ImmutableArray<Change> Made)
    {
        /// <summary>
        /// Whether all that was made lies within parts that are undone: the numbers of a grid, say, which go with the argument.
        /// </summary>
        public bool AreInside => Made.All(edit => Undone.Any(part => part.Start < edit.Start && edit.End < part.End));

        public Region With(Region next) => new(
            Start, Math.Max(End, next.End), Undone.AddRange(next.Undone), Made.AddRange(next.Made));
    }
}

/// <summary>A file after a merge.</summary>
/// <param name="Bytes">The bytes.</param>
/// <param name="Conflicts">The lines, counted from 1, where the rewritten code was edited; there it stays as it was.</param>
internal sealed record MergedText(ImmutableArray<byte> Bytes, ImmutableArray<int> Conflicts);
