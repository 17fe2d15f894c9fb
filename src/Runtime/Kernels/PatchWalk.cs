namespace PbnRewriter.Runtime.Kernels;

/// <summary>
/// How a kernel walks a map of contiguous rows: in runs of positions that lie one after the other, with a place in
/// tables for each position of a run.
/// </summary>
/// <remarks>
/// A small map is one run, so that the vector units never see how short the rows of its patches are. A large map is
/// walked row by row, so that the tables stay in the nearest cache; the rows of one row of patches share them.
/// </remarks>
internal sealed class PatchWalk
{
    private const int LongestWholeMap = 512;

    /// <summary>Plans the walk over maps that are cut so.</summary>
    /// <param name="cuts">Where the maps are cut.</param>
    /// <param name="patches">The length of what has a number for each patch, at least their count.</param>
    public PatchWalk(PatchCuts cuts, int patches)
    {
        var (height, width) = (cuts.Rows[^1], cuts.Columns[^1]);
        Columns = cuts.Columns.ToArray();
        Areas = new double[patches];
        PerPosition = new double[patches];
        var strips = new Strip[cuts.RowCount];
        var isWhole = height * (long)width <= LongestWholeMap;
        RunLength = isWhole ? height * width : width;
        PatchOf = new int[RunLength];
        Bands = new Band[isWhole ? 1 : cuts.RowCount];
        for (var r = 0; r < cuts.RowCount; r++)
        {
            var (top, bottom) = (cuts.Rows[r], cuts.Rows[r + 1]);
            strips[r] = new Strip(isWhole ? top * width : 0, isWhole ? bottom - top : 1, isWhole ? r * cuts.ColumnCount : 0);
            for (var k = 0; k < cuts.ColumnCount; k++)
            {
                var (left, right) = (Columns[k], Columns[k + 1]);
                var patch = r * cuts.ColumnCount + k;
                Areas[patch] = (double)(bottom - top) * (right - left);
                PerPosition[patch] = 1 / Areas[patch];
                for (var h = 0; h < strips[r].Rows; h++)
                {
                    PatchOf.AsSpan(strips[r].Start + h * width + left, right - left).Fill(strips[r].FirstPatch + k);
                }
            }

            if (!isWhole)
            {
                Bands[r] = new Band(top * (long)width, bottom - top, r * cuts.ColumnCount, [strips[r]]);
            }
        }

        if (isWhole)
        {
            Bands[0] = new Band(0, 1, 0, strips);
        }
    }

    /// <summary>The number of positions of every run.</summary>
    public int RunLength { get; }

    /// <summary>Parts of a map whose runs share their tables.</summary>
    public Band[] Bands { get; }

    /// <summary>The patch of each place, counted from the first of the band.</summary>
    public int[] PatchOf { get; }

    /// <summary>Where each column of patches begins, and the width of the map at the end.</summary>
    public int[] Columns { get; }

    /// <summary>The number of positions of each patch, and zeros.</summary>
    public double[] Areas { get; }

    /// <summary>One over the number of positions of each patch, and zeros.</summary>
    public double[] PerPosition { get; }

    /// <summary>Runs that lie one after the other and share their tables.</summary>
    /// <param name="Start">The first position of the first run in the map.</param>
    /// <param name="Runs">The number of runs.</param>
    /// <param name="FirstPatch">The first patch that the runs touch.</param>
    /// <param name="Strips">The rows of patches that the runs touch.</param>
    public readonly record struct Band(long Start, int Runs, int FirstPatch, Strip[] Strips);

    /// <summary>Places that lie in one row of patches.</summary>
    /// <param name="Start">The first place.</param>
    /// <param name="Rows">The number of rows, each as long as the map is wide.</param>
    /// <param name="FirstPatch">The first of its patches, counted from the first of the band.</param>
    public readonly record struct Strip(int Start, int Rows, int FirstPatch);
}
