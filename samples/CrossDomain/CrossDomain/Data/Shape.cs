namespace CrossDomain.Data;

/// <summary>A class of the procedural source: an outline in a unit circle.</summary>
/// <param name="Name">The class.</param>
/// <param name="Distance">From a point to the outline, in radii; negative inside.</param>
internal sealed record Shape(string Name, Func<float, float, float> Distance)
{
    /// <summary>The classes of the task.</summary>
    public static IReadOnlyList<Shape> Task { get; } =
    [
        new("disc", Disc(0.85f)),
        new("square", Polygon((-0.75f, -0.75f), (0.75f, -0.75f), (0.75f, 0.75f), (-0.75f, 0.75f))),
        new("triangle", Regular(3, 1)),
        new("star", Star(5, 1, 0.42f)),
        new("plus", Plus(0.95f, 0.32f)),
        new("ring", Outlined(Disc(0.7f), 0.2f)),
        new("crescent", (x, y) => MathF.Max(MathF.Sqrt(x * x + y * y) - 0.9f, 0.75f - MathF.Sqrt((x - 0.45f) * (x - 0.45f) + y * y))),
        new("arrow", Polygon((-0.95f, -0.25f), (0.1f, -0.25f), (0.1f, -0.7f), (0.95f, 0), (0.1f, 0.7f), (0.1f, 0.25f), (-0.95f, 0.25f))),
    ];

    /// <summary>The classes of pretraining.</summary>
    public static IReadOnlyList<Shape> Pretraining { get; } =
    [
        new("hexagon", Regular(6, 0.9f)),
        new("bar", Polygon((-0.95f, -0.3f), (0.95f, -0.3f), (0.95f, 0.3f), (-0.95f, 0.3f))),
        new("ell", Polygon((-0.7f, -0.9f), (-0.15f, -0.9f), (-0.15f, 0.35f), (0.75f, 0.35f), (0.75f, 0.9f), (-0.7f, 0.9f))),
        new("tee", Polygon((-0.85f, -0.85f), (0.85f, -0.85f), (0.85f, -0.3f), (0.28f, -0.3f), (0.28f, 0.9f), (-0.28f, 0.9f), (-0.28f, -0.3f), (-0.85f, -0.3f))),
        new("bowtie", Polygon((-0.95f, -0.75f), (0, -0.1f), (0.95f, -0.75f), (0.95f, 0.75f), (0, 0.1f), (-0.95f, 0.75f))),
        new("half-disc", (x, y) => MathF.Max(MathF.Sqrt(x * x + (y + 0.4f) * (y + 0.4f)) - 0.95f, -y - 0.4f)),
        new("two-discs", (x, y) => MathF.Sqrt((MathF.Abs(x) - 0.5f) * (MathF.Abs(x) - 0.5f) + y * y) - 0.42f),
        new("frame", Outlined(Regular(4, 0.85f), 0.16f)),
    ];

    private static Func<float, float, float> Disc(float radius) => (x, y) => MathF.Sqrt(x * x + y * y) - radius;

    private static Func<float, float, float> Outlined(Func<float, float, float> shape, float half) => (x, y) => MathF.Abs(shape(x, y)) - half;

    private static Func<float, float, float> Regular(int corners, float radius) => Star(corners, radius, null);

    private static Func<float, float, float> Star(int points, float outer, float? inner)
    {
        var step = MathF.PI / points;
        return Polygon(Enumerable.Range(0, 2 * points)
            .Where(i => inner is not null || i % 2 == 0)
            .Select(i => (Radius: i % 2 == 0 ? outer : inner!.Value, Angle: i * step - MathF.PI / 2))
            .Select(corner => (corner.Radius * MathF.Cos(corner.Angle), corner.Radius * MathF.Sin(corner.Angle)))
            .ToArray());
    }

    private static Func<float, float, float> Plus(float length, float half) => Polygon(
        (-half, -length), (half, -length), (half, -half), (length, -half), (length, half), (half, half),
        (half, length), (-half, length), (-half, half), (-length, half), (-length, -half), (-half, -half));

    /// <summary>The distance to the nearest edge, with the sign of the even-odd rule.</summary>
    private static Func<float, float, float> Polygon(params (float X, float Y)[] corners) => (x, y) =>
    {
        var nearest = float.MaxValue;
        var inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            var (ax, ay) = corners[i];
            var (bx, by) = corners[j];
            var (dx, dy) = (bx - ax, by - ay);
            var along = Math.Clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1);
            var (px, py) = (x - ax - along * dx, y - ay - along * dy);
            nearest = MathF.Min(nearest, px * px + py * py);
            if (ay > y != by > y && x < ax + (y - ay) / dy * dx)
            {
                inside = !inside;
            }
        }

        return (inside ? -1 : 1) * MathF.Sqrt(nearest);
    };
}
