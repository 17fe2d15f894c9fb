namespace Detection.Models;

/// <summary>A level of the feature pyramid, and the boxes that it is there for.</summary>
/// <param name="Stride">Pixels from one location to the next.</param>
/// <param name="Nearest">The least distance, in pixels, from a location to the farthest side of its box.</param>
/// <param name="Farthest">The greatest such distance.</param>
public readonly record struct PyramidLevel(int Stride, float Nearest, float Farthest)
{
    /// <summary>For boxes up to about 20 pixels wide, up to 40, and wider.</summary>
    public static IReadOnlyList<PyramidLevel> Three { get; } =
    [
        new(4, 0, 10),
        new(8, 10, 20),
        new(16, 20, float.PositiveInfinity),
    ];
}
