using static TorchSharp.torch;

namespace Detection.Models;

/// <summary>The L locations that predictions are made at, for images of one size: level by level, row by row.</summary>
public sealed class LocationGrid : IDisposable
{
    public LocationGrid(IReadOnlyList<PyramidLevel> levels, int height, int width)
    {
        using var scope = NewDisposeScope();
        var perLevel = levels.Select(level => (Level: level, Centers: Centers(level.Stride, height, width))).ToList();
        Points = cat([.. perLevel.Select(each => each.Centers)]).MoveToOuterDisposeScope();
        Strides = PerLocation(level => level.Stride);
        Nearest = PerLocation(level => level.Nearest);
        Farthest = PerLocation(level => level.Farthest);

        Tensor PerLocation(Func<PyramidLevel, float> value) =>
            cat([.. perLevel.Select(each => full(each.Centers.shape[0], value(each.Level)))]).MoveToOuterDisposeScope();
    }

    /// <summary>(L, 2): x and y in pixels.</summary>
    public Tensor Points { get; }

    /// <summary>(L): the stride of the location's level.</summary>
    public Tensor Strides { get; }

    /// <summary>(L): <see cref="PyramidLevel.Nearest"/> of the location's level.</summary>
    public Tensor Nearest { get; }

    /// <summary>(L): <see cref="PyramidLevel.Farthest"/> of the location's level.</summary>
    public Tensor Farthest { get; }

    public void Dispose()
    {
        Points.Dispose();
        Strides.Dispose();
        Nearest.Dispose();
        Farthest.Dispose();
    }

    private static Tensor Centers(int stride, int height, int width)
    {
        var x = (arange(width / stride, dtype: float32) + 0.5) * stride;
        var y = (arange(height / stride, dtype: float32) + 0.5) * stride;
        var grid = meshgrid([y, x], indexing: "ij");
        return stack([grid[1].flatten(), grid[0].flatten()], 1);
    }
}
