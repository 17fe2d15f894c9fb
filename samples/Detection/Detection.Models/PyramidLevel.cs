namespace Detection.Models;

/// <summary>A level of the feature pyramid, and the boxes that it is there for.</summary>
/// <param name="Stride">Pixels from one location to the next.</param>
/// <param name="Nearest">The least distance, in pixels, from a location to the farthest side of its box.</param>
/// <param name="Farthest">The greatest such distance.</param>
public readonly record struct PyramidLevel(int Stride, float Nearest, float Farthest)
{
    /// <summary>For boxes up to about 24 pixels wide, up to about 48, and wider.</summary>
    public static IReadOnlyList<PyramidLevel> Three { get; } =
    [
        new(4, 0, 12),
        new(8, 12, 24),
        new(16, 24, float.PositiveInfinity),
    ];
}
