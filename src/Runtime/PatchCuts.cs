namespace PbnRewriter.Runtime;

/// <summary>Where a feature map is cut into patches.</summary>
/// <param name="rows">Where each row of patches begins, and the height of the map at the end: 0, ..., H.</param>
/// <param name="columns">Where each column of patches begins, and the width of the map at the end: 0, ..., W.</param>
internal sealed class PatchCuts(int[] rows, int[] columns)
{
    /// <summary>Where each row of patches begins, and the height of the map at the end.</summary>
    public ReadOnlySpan<int> Rows => rows;

    /// <summary>Where each column of patches begins, and the width of the map at the end.</summary>
    public ReadOnlySpan<int> Columns => columns;

    /// <summary>The number of rows of patches.</summary>
    public int RowCount => rows.Length - 1;

    /// <summary>The number of columns of patches.</summary>
    public int ColumnCount => columns.Length - 1;

    /// <summary>The number of patches.</summary>
    public int Count => RowCount * ColumnCount;

    /// <summary>Cuts as evenly as whole positions allow, the grid clamped to the map.</summary>
    /// <param name="height">Height of the map, at least 1.</param>
    /// <param name="width">Width of the map, at least 1.</param>
    /// <param name="grid">The patches asked for.</param>
    public static PatchCuts Even(int height, int width, PatchGrid grid) =>
        new(Even(height, grid.Rows), Even(width, grid.Columns));

    /// <summary>Cuts at random; see <see cref="PatchLayout.Random"/>.</summary>
    /// <param name="height">Height of the map, at least 1.</param>
    /// <param name="width">Width of the map, at least 1.</param>
    /// <param name="grid">The patches asked for.</param>
    /// <param name="draw">Gives numbers from 0 to 1, without 1; one a cut is taken.</param>
    public static PatchCuts Random(int height, int width, PatchGrid grid, Func<double> draw) =>
        new(Random(height, grid.Rows, draw), Random(width, grid.Columns, draw));

    /// <summary>The number of positions of the smallest patch.</summary>
    public int SmallestArea() => Shortest(rows) * Shortest(columns);

    private static int Shortest(int[] cuts)
    {
        var shortest = int.MaxValue;
        for (var i = 1; i < cuts.Length; i++)
        {
            shortest = Math.Min(shortest, cuts[i] - cuts[i - 1]);
        }

        return shortest;
    }

    private static int[] Even(int length, int parts)
    {
        var cuts = new int[Math.Min(parts, length) + 1];
        for (var i = 0; i < cuts.Length; i++)
        {
            cuts[i] = (int)((long)i * length / (cuts.Length - 1));
        }

        return cuts;
    }

    /// <summary>
    /// Draws each cut around its even place: half a share to the side of the map's edge, three eighths to the side of
    /// another cut, so that a quarter of a share stays between two.
    /// </summary>
    private static int[] Random(int length, int parts, Func<double> draw)
    {
        parts = Math.Clamp((length - 1) / 2, 1, parts);
        var cuts = new int[parts + 1];
        cuts[parts] = length;
        for (var i = 1; i < parts; i++)
        {
            var first = Eighths(8L * i - (i == 1 ? 4 : 3));
            var end = Eighths(8L * i + (i == parts - 1 ? 4 : 3));
            cuts[i] = first + (int)(draw() * (end - first));
        }

        return cuts;

        int Eighths(long shares) => (int)(shares * length / (8L * parts));
    }
}
