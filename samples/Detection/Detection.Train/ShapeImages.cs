using Detection.Models;

namespace Detection.Train;

/// <summary>Draws one to three discs, squares and triangles of any colour on a wavy and noisy background.</summary>
internal sealed class ShapeImages(int seed)
{
    public const int Size = 64;

    private const int MinShape = 10;
    private const int MaxShape = 44;
    private const float MaxOverlap = 0.1f;
    private const double Noise = 0.15;

    private static readonly ShapeKind[] Kinds = Enum.GetValues<ShapeKind>();

    private readonly Random random = new(seed);

    public static int Classes => Kinds.Length;

    public IEnumerable<LabeledImage> Take(int count) => Enumerable.Range(0, count).Select(_ => Next());

    public LabeledImage Next()
    {
        var pixels = new float[3 * Size * Size];
        var ground = RandomColor();
        DrawBackground(pixels, ground);

        var objects = new List<LabeledBox>();
        var wanted = random.Next(1, 4);
        for (var attempt = 0; attempt < 10 * wanted && objects.Count < wanted; attempt++)
        {
            var shape = RandomShape();
            if (objects.All(other => other.Box.IntersectionOverUnion(shape.Box) <= MaxOverlap))
            {
                Draw(pixels, shape, ColorUnlike(ground));
                objects.Add(shape);
            }
        }

        foreach (ref var value in pixels.AsSpan())
        {
            value += (float)(Noise * (2 * random.NextDouble() - 1));
        }

        return new LabeledImage(pixels, objects);
    }

    private LabeledBox RandomShape()
    {
        var size = random.Next(MinShape, MaxShape + 1);
        var left = random.Next(0, Size - size + 1);
        var top = random.Next(0, Size - size + 1);
        return new LabeledBox(new Box(left, top, left + size, top + size), (int)Kinds[random.Next(Kinds.Length)]);
    }

    private void DrawBackground(float[] pixels, float[] color)
    {
        var (alongX, alongY, phase) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() * 6);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % Size, i / Size % Size);
            pixels[i] = color[i / (Size * Size)] + 0.2f * (float)Math.Sin(alongX * x + alongY * y + phase);
        }
    }

    private static void Draw(float[] pixels, LabeledBox shape, float[] color)
    {
        var box = shape.Box;
        for (var y = (int)box.Top; y < box.Bottom; y++)
        {
            for (var x = (int)box.Left; x < box.Right; x++)
            {
                // From the middle of the box, -1 to 1.
                var across = 2 * (x + 0.5f - box.Left) / box.Width - 1;
                var down = 2 * (y + 0.5f - box.Top) / box.Height - 1;
                if (IsInside((ShapeKind)shape.Label, across, down))
                {
                    for (var channel = 0; channel < 3; channel++)
                    {
                        pixels[(channel * Size + y) * Size + x] = color[channel];
                    }
                }
            }
        }
    }

    private static bool IsInside(ShapeKind kind, float across, float down) => kind switch
    {
        ShapeKind.Disc => across * across + down * down <= 1,
        ShapeKind.Square => true,
        ShapeKind.Triangle => Math.Abs(across) <= (down + 1) / 2,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A shape that nobody taught to be drawn."),
    };

    private float[] RandomColor() => [RandomChannel(), RandomChannel(), RandomChannel()];

    private float[] ColorUnlike(float[] other)
    {
        while (true)
        {
            var color = RandomColor();
            if (color.Zip(other, (mine, its) => Math.Abs(mine - its)).Max() > 0.6f)
            {
                return color;
            }
        }
    }

    private float RandomChannel() => (float)(2 * random.NextDouble() - 1);
}
