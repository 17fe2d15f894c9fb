using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Composed;

/// <summary>The way between one value a position of a feature map and one a patch, in torch operations.</summary>
/// <remarks>
/// Both ways go by whole strips, first columns and then rows, so their cost is R + K strips of a map without the batch
/// axis, not R * K slices of the batch. Neither multiplies by a mask: a NaN stays in its patch. Neither scatters by
/// index: gradients are the same on every run on a GPU too.
/// </remarks>
/// <param name="cuts">Where the map is cut.</param>
internal sealed class PatchMap(PatchCuts cuts)
{
    /// <summary>Adds up the positions of each patch: shape (C, H, W) to (C, R, K).</summary>
    /// <param name="map">One value a channel and position.</param>
    public Tensor Sum(Tensor map) => SumStrips(SumStrips(map, 2, cuts.Columns), 1, cuts.Rows);

    /// <summary>Gives each position the value of its patch: shape (C, R, K) to (C, H, W).</summary>
    /// <param name="patches">One value a channel and patch.</param>
    public Tensor Spread(Tensor patches) => SpreadStrips(SpreadStrips(patches, 1, cuts.Rows), 2, cuts.Columns);

    /// <summary>The number of positions of each patch, shape (R, K).</summary>
    /// <param name="dtype">The type of the result.</param>
    /// <param name="device">The device of the result.</param>
    public Tensor Areas(ScalarType dtype, Device device)
    {
        var areas = new double[cuts.Count];
        for (var patch = 0; patch < areas.Length; patch++)
        {
            var (row, column) = Math.DivRem(patch, cuts.ColumnCount);
            areas[patch] = (double)Length(cuts.Rows, row) * Length(cuts.Columns, column);
        }

        return tensor(areas, [cuts.RowCount, cuts.ColumnCount], dtype: dtype, device: device);
    }

    private static Tensor SumStrips(Tensor map, int axis, ReadOnlySpan<int> cuts)
    {
        var strips = new Tensor[cuts.Length - 1];
        for (var i = 0; i < strips.Length; i++)
        {
            strips[i] = map.narrow(axis, cuts[i], Length(cuts, i)).sum(axis, keepdim: true);
        }

        return cat(strips, axis);
    }

    private static Tensor SpreadStrips(Tensor patches, int axis, ReadOnlySpan<int> cuts)
    {
        var strips = new Tensor[cuts.Length - 1];
        var shape = patches.shape;
        for (var i = 0; i < strips.Length; i++)
        {
            shape[axis] = Length(cuts, i);
            strips[i] = patches.narrow(axis, i, 1).expand(shape);
        }

        return cat(strips, axis);
    }

    private static int Length(ReadOnlySpan<int> cuts, int strip) => cuts[strip + 1] - cuts[strip];
}
