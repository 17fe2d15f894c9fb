using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>
/// Where a feature map is cut into patches, and the way between one value a position and one a patch.
/// </summary>
/// <remarks>
/// Both ways go by whole strips, first columns and then rows, so their cost is R + K strips of a map without the batch
/// axis, not R * K slices of the batch. Neither multiplies by a mask: a NaN stays in its patch. Neither scatters by
/// index: gradients are the same on every run on a GPU too.
/// </remarks>
internal sealed class PatchCuts
{
    private readonly Strip[] _rows;
    private readonly Strip[] _columns;

    private PatchCuts(Strip[] rows, Strip[] columns)
    {
        _rows = rows;
        _columns = columns;
    }

    /// <summary>The number of positions of the smallest patch.</summary>
    public long SmallestArea => _rows.Min(row => row.Length) * _columns.Min(column => column.Length);

    /// <summary>Cuts as evenly as whole positions allow, the grid clamped to the map.</summary>
    /// <param name="height">Height of the map, at least 1.</param>
    /// <param name="width">Width of the map, at least 1.</param>
    /// <param name="grid">The patches asked for.</param>
    public static PatchCuts Even(long height, long width, PatchGrid grid) =>
        new(EvenStrips(height, grid.Rows), EvenStrips(width, grid.Columns));

    /// <summary>Adds up the positions of each patch: shape (C, H, W) to (C, R, K).</summary>
    /// <param name="map">One value a channel and position.</param>
    public Tensor Sum(Tensor map) => SumStrips(SumStrips(map, 2, _columns), 1, _rows);

    /// <summary>Gives each position the value of its patch: shape (C, R, K) to (C, H, W).</summary>
    /// <param name="patches">One value a channel and patch.</param>
    public Tensor Spread(Tensor patches) => SpreadStrips(SpreadStrips(patches, 1, _rows), 2, _columns);

    /// <summary>The number of positions of each patch, shape (R, K).</summary>
    /// <param name="dtype">The type of the result.</param>
    /// <param name="device">The device of the result.</param>
    public Tensor Areas(ScalarType dtype, Device device)
    {
        var areas = from row in _rows from column in _columns select (double)(row.Length * column.Length);
        return tensor(areas.ToArray(), [_rows.Length, _columns.Length], dtype: dtype, device: device);
    }

    private static Strip[] EvenStrips(long length, int count)
    {
        var strips = new Strip[Math.Min(count, length)];
        for (var i = 0; i < strips.Length; i++)
        {
            var start = i * length / strips.Length;
            strips[i] = new Strip(start, (i + 1) * length / strips.Length - start);
        }

        return strips;
    }

    private static Tensor SumStrips(Tensor map, int axis, Strip[] strips) =>
        cat([.. strips.Select(strip => map.narrow(axis, strip.Start, strip.Length).sum(axis, keepdim: true))], axis);

    private static Tensor SpreadStrips(Tensor patches, int axis, Strip[] strips) =>
        cat([.. strips.Select((strip, i) => SpreadOver(patches.narrow(axis, i, 1), axis, strip.Length))], axis);

    private static Tensor SpreadOver(Tensor patch, int axis, long length)
    {
        var shape = patch.shape;
        shape[axis] = length;
        return patch.expand(shape);
    }

    private readonly record struct Strip(long Start, long Length);
}
