namespace PbnRewriter.Runtime.Kernels;

/// <summary>
/// How a kernel walks a map of contiguous rows: in runs of positions that lie one after the other, each position of a
/// run with a place in tables that say what to do there.
/// </summary>
/// <remarks>
/// A run is as long as the tables can stay in the nearest cache: a small map is one run, patches of a single position
/// included, so that the vector units never see how short a patch's rows are. A large map is walked row by row, and the
/// rows of one row of patches share their tables.
/// </remarks>
internal sealed class PatchWalk
{
    // Two tables of doubles of this length are 16 KiB, half a nearest cache.
    private const int LongestWholeMap = 1024;

    /// <summary>Plans the walk over maps that are cut so.</summary>
    public PatchWalk(PatchCuts cuts)
    {
        var rows = cuts.Rows;
        var (height, width) = (rows[^1], cuts.Columns[^1]);
        Count = cuts.Count;
        Areas = new int[Count];
        IsByMap = height * (long)width <= LongestWholeMap;
        Bands = new Band[IsByMap ? 1 : cuts.RowCount];
        RunLength = IsByMap ? height * width : width;
        var segments = new List<Segment>();
        for (var r = 0; r < cuts.RowCount; r++)
        {
            for (var h = rows[r]; h < rows[r + 1]; h++)
            {
                AddRow(cuts, r, IsByMap ? h * width : 0, IsByMap || h == rows[r] ? segments : null);
            }

            if (!IsByMap)
            {
                Bands[r] = new Band(rows[r] * (long)width, rows[r + 1] - rows[r], [.. segments]);
                segments.Clear();
            }
        }

        if (IsByMap)
        {
            Bands[0] = new Band(0, 1, [.. segments]);
        }
    }

    /// <summary>Parts of a map whose runs share their tables.</summary>
    public Band[] Bands { get; }

    /// <summary>The number of positions of every run.</summary>
    public int RunLength { get; }

    /// <summary>Whether a run is a whole map.</summary>
    public bool IsByMap { get; }

    /// <summary>The number of patches.</summary>
    public int Count { get; }

    /// <summary>The number of positions of each patch.</summary>
    public int[] Areas { get; }

    private void AddRow(PatchCuts cuts, int row, int start, List<Segment>? segments)
    {
        for (var k = 0; k < cuts.ColumnCount; k++)
        {
            var patch = row * cuts.ColumnCount + k;
            Areas[patch] += cuts.Columns[k + 1] - cuts.Columns[k];
            segments?.Add(new Segment(start + cuts.Columns[k], start + cuts.Columns[k + 1], patch));
        }
    }

    /// <summary>Runs that lie one after the other and share their tables.</summary>
    /// <param name="Start">The first position of the first run in the map.</param>
    /// <param name="Runs">The number of runs.</param>
    /// <param name="Segments">What the places of a run belong to, from its start to its end.</param>
    public readonly record struct Band(long Start, int Runs, Segment[] Segments);

    /// <summary>Places of a run that belong to one patch, up to <paramref name="End"/> without it.</summary>
    public readonly record struct Segment(int Start, int End, int Patch);
}
