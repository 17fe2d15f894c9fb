namespace PbnRewriter.Runtime.Cpu;

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
        var isWhole = height * (long)width <= LongestWholeMap;
        Width = width;
        RunLength = isWhole ? height * width : width;
        Columns = cuts.Columns.ToArray();
        PatchOf = new int[RunLength];
        Shares = new double[patches];
        FirstPositions = new long[patches];
        PerPosition = new double[patches];
        var strips = new Strip[cuts.RowCount];
        var bands = new Band[cuts.RowCount];
        for (var r = 0; r < cuts.RowCount; r++)
        {
            var (top, rows, firstPatch) = (cuts.Rows[r], cuts.Rows[r + 1] - cuts.Rows[r], r * cuts.ColumnCount);
            strips[r] = new Strip(isWhole ? top * width : 0, isWhole ? rows : 1, firstPatch);
            bands[r] = new Band(top * (long)width, rows, firstPatch, cuts.ColumnCount, [strips[r]]);
            for (var k = 0; k < cuts.ColumnCount; k++)
            {
                for (var row = 0; row < strips[r].Rows; row++)
                {
                    PatchOf.AsSpan(strips[r].Start + row * width + Columns[k], Columns[k + 1] - Columns[k])
                        .Fill(isWhole ? firstPatch + k : k);
                }

                var area = (double)rows * (Columns[k + 1] - Columns[k]);
                Shares[firstPatch + k] = area / (height * (double)width);
                PerPosition[firstPatch + k] = 1 / area;
                FirstPositions[firstPatch + k] = top * (long)width + Columns[k];
            }
        }

        Bands = isWhole ? [new Band(0, 1, 0, cuts.Count, strips)] : bands;
    }

    /// <summary>The width of the map.</summary>
    public int Width { get; }

    /// <summary>The number of positions of every run, and so of the places.</summary>
    public int RunLength { get; }

    /// <summary>Parts of a map whose runs share their tables.</summary>
    public Band[] Bands { get; }

    /// <summary>Where each column of patches begins, and the width of the map at the end.</summary>
    public int[] Columns { get; }

    /// <summary>The number of columns of patches.</summary>
    public int ColumnCount => Columns.Length - 1;

    /// <summary>
    /// The patch of each place, counted from the first of the band; for the first row of a map, its columns.
    /// </summary>
    public int[] PatchOf { get; }

    /// <summary>The share of the map that each patch has, and zeros.</summary>
    public double[] Shares { get; }

    /// <summary>One over the number of positions of each patch, and zeros.</summary>
    public double[] PerPosition { get; }

    /// <summary>The first position of each patch in the map, and zeros.</summary>
    public long[] FirstPositions { get; }

    /// <summary>Runs that lie one after the other and share their tables.</summary>
    /// <param name="Start">The first position of the first run in the map.</param>
    /// <param name="Rows">The number of runs.</param>
    /// <param name="FirstPatch">The first patch that the runs touch.</param>
    /// <param name="Patches">The number of patches that the runs touch.</param>
    /// <param name="Strips">The rows of patches that the runs touch.</param>
    public readonly record struct Band(long Start, int Rows, int FirstPatch, int Patches, Strip[] Strips);

    /// <summary>Places that lie in one row of patches.</summary>
    /// <param name="Start">The first place.</param>
    /// <param name="Rows">The number of rows of the map that have their places here: 1 where they share them.</param>
    /// <param name="FirstPatch">The first of its patches.</param>
    public readonly record struct Strip(int Start, int Rows, int FirstPatch);
}
