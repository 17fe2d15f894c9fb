namespace Segmentation.Train;

/// <summary>
/// Generated images: turned disks, squares and triangles that cover each other. The stripes of a class have colours that
/// are likelier for it than for others, so it takes colour and outline to tell classes. The same seed gives the same images.
/// </summary>
sealed class Scenes(int seed)
{
    /// <summary>The height and width of an image, in pixels.</summary>
    public const int Size = 64;

    public static readonly string[] Classes = ["background", "disk", "square", "triangle"];

    // By class, after the background: whether a point is inside, in units of the shape's radius.
    static readonly Func<float, float, bool>[] outlines =
    [
        (x, y) => x * x + y * y <= 1,
        (x, y) => MathF.Max(MathF.Abs(x), MathF.Abs(y)) <= 0.85f,
        (x, y) => y >= -0.6f && MathF.Abs(x) * MathF.Sqrt(3) + y <= 1.2f,
    ];

    // By class: what the colours of its stripes lie around.
    static readonly float[][] colours = [[-0.5f, -0.5f, -0.5f], [0.5f, 0, 0], [0, 0.5f, 0], [0, 0, 0.5f]];

    readonly Random random = new(seed);

    /// <returns>Images of shape (count, 3, Size, Size), and for each pixel its class, of shape (count, Size, Size).</returns>
    public (Tensor Images, Tensor Labels) Next(int count)
    {
        var scenes = Enumerable.Range(0, count).Select(_ => Paint()).ToList();
        return (stack(scenes.Select(scene => scene.Image)), stack(scenes.Select(scene => scene.Labels)));
    }

    (Tensor Image, Tensor Labels) Paint()
    {
        var (pixels, labels) = (new float[3 * Size * Size], new long[Size * Size]);
        Fill(pixels, labels, 0, (_, _) => true);
        for (var shapes = random.Next(1, 4); shapes > 0; shapes--)
        {
            var label = random.Next(outlines.Length);
            var (left, top, radius) = (Between(0, Size), Between(0, Size), Between(0.15f, 0.3f) * Size);
            var (sin, cos) = MathF.SinCos(Between(0, MathF.Tau));
            Fill(pixels, labels, label + 1, (x, y) => outlines[label](
                (cos * (x - left) + sin * (y - top)) / radius,
                (cos * (y - top) - sin * (x - left)) / radius));
        }

        return (tensor(pixels, [3, Size, Size]), tensor(labels, [Size, Size]));
    }

    void Fill(float[] pixels, long[] labels, long label, Func<int, int, bool> inside)
    {
        var (sin, cos) = MathF.SinCos(Between(0, MathF.Tau));
        var (wavelength, phase) = (Between(4, 16), Between(0, MathF.Tau));
        float[] bright = [.. colours[label].Select(Jitter)], dark = [.. colours[label].Select(Jitter)];
        for (var pixel = 0; pixel < labels.Length; pixel++)
        {
            var (y, x) = Math.DivRem(pixel, Size);
            if (!inside(x, y)) continue;

            labels[pixel] = label;
            var stripe = 0.5f + 0.5f * MathF.Sin((cos * x + sin * y) * MathF.Tau / wavelength + phase);
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[channel * labels.Length + pixel] = float.Lerp(dark[channel], bright[channel], stripe) + Between(-0.1f, 0.1f);
            }
        }

        float Jitter(float colour) => colour + Between(-0.5f, 0.5f);
    }

    float Between(float low, float high) => float.Lerp(low, high, random.NextSingle());
}
