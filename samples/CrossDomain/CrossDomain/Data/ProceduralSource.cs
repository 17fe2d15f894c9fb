using System.Text;

namespace CrossDomain.Data;

/// <summary>Draws shapes in domains that are composed of surfaces, lights and damages; see <see cref="Style"/>.</summary>
internal sealed class ProceduralSource(int size) : IImageSource
{
    private static readonly Dictionary<string, Shape> Shapes = Shape.Task.Concat(Shape.Pretraining).ToDictionary(shape => shape.Name, StringComparer.Ordinal);

    public IReadOnlyList<string> Domains { get; } =
    [
        .. Style.Surfaces,
        .. Style.Lights.Select(light => "plain+" + light),
        .. Style.Damages.Select(damage => "plain+" + damage),
    ];

    public IReadOnlyList<string> Classes { get; } = [.. Shapes.Keys];

    public bool DrawsImages => true;

    public bool Has(ImageQuery query) => true;

    public ImageSet Images(ImageQuery query)
    {
        var style = Style.Parse(query.Domain);
        var shapes = query.Classes.Select(name => Shapes.TryGetValue(name, out var shape)
            ? shape
            : throw new InputException($"There is no class {name}; there are {string.Join(", ", Classes)}.")).ToArray();

        var pixels = new byte[query.Most * 3 * size * size];
        var labels = new long[query.Most];
        var drawing = new Drawing(new Random(SeedOf(query)), size);
        for (var i = 0; i < query.Most; i++)
        {
            labels[i] = i % shapes.Length;
            drawing.Draw(shapes[labels[i]], style, pixels.AsSpan(i * 3 * size * size, 3 * size * size));
        }

        return ImageSet.Of(pixels, labels, size);
    }

    /// <summary>FNV-1a of the question: another generator for each, and the same on any machine.</summary>
    private static int SeedOf(ImageQuery query)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes($"{query.Domain} {query.Phase} {query.Split} {query.Seed}"))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return (int)(hash ^ (hash >> 32));
    }
}
