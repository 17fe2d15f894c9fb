using SkiaSharp;

namespace CrossDomain.Data;

/// <summary>
/// Images in the layout of PACS and Office-Home: <c>root/domain/class/*.jpg</c> or <c>*.png</c>. Each is cut to its middle
/// square and scaled. Folders without such files are no domains and no classes. A fifth of every class is for development and the
/// rest for the final runs; of each, a fifth for testing.
/// </summary>
internal sealed class FolderSource : IImageSource
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    private readonly string root;
    private readonly int size;

    /// <exception cref="InputException">There is no such folder, or it is not of that layout.</exception>
    public FolderSource(string root, int size)
    {
        (this.root, this.size) = (root, size);
        if (!Directory.Exists(root))
        {
            throw new InputException($"There is no folder {root}.");
        }

        var classes = Folders(root).ToDictionary(
            domain => domain, domain => Folders(Path.Combine(root, domain)).Where(name => Paths(domain, name).Any()).ToList(), StringComparer.Ordinal);
        Domains = [.. classes.Where(each => each.Value.Count > 0).Select(each => each.Key).Order(StringComparer.Ordinal)];
        Classes = [.. classes.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (Domains.Count < 2 || Classes.Count < 2)
        {
            throw new InputException(
                $"{root} holds {Domains.Count} domains and {Classes.Count} classes; it takes two of each, as <root>/<domain>/<class>/*.jpg or *.png.");
        }
    }

    public IReadOnlyList<string> Domains { get; }

    public IReadOnlyList<string> Classes { get; }

    public bool DrawsImages => false;

    public bool Has(ImageQuery query) => query.Classes.Any(name => Part(Files(query.Domain, name), query).Length > 0);

    public ImageSet Images(ImageQuery query)
    {
        if (!Domains.Contains(query.Domain, StringComparer.Ordinal))
        {
            throw new InputException($"There is no domain {query.Domain} in {root}; there are {string.Join(", ", Domains)}.");
        }

        var byClass = query.Classes.Select(name => Part(Files(query.Domain, name), query)).ToArray();
        var files = Enumerable.Range(0, byClass.Max(files => files.Length))
            .SelectMany(i => byClass.Select((files, label) => (Path: files.ElementAtOrDefault(i), Label: label)))
            .Where(file => file.Path is not null)
            .Take(query.Most)
            .ToArray();
        if (files.Length == 0)
        {
            throw new InputException($"{Path.Combine(root, query.Domain)} has no image for {query.Phase}, {query.Split}, of {string.Join(", ", query.Classes)}.");
        }

        var pixels = new byte[files.Length * 3 * size * size];
        for (var i = 0; i < files.Length; i++)
        {
            Read(files[i].Path!, pixels.AsSpan(i * 3 * size * size, 3 * size * size));
        }

        return ImageSet.Of(pixels, [.. files.Select(file => (long)file.Label)], size);
    }

    private static List<string> Folders(string folder) =>
        [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private IEnumerable<string> Paths(string domain, string name)
    {
        var folder = Path.Combine(root, domain, name);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            : [];
    }

    /// <summary>The files of a class, in an order that is the same on any machine.</summary>
    private string[] Files(string domain, string name)
    {
        string[] files = [.. Paths(domain, name).OrderBy(path => Path.GetFileName(path), StringComparer.Ordinal)];
        new Random(1).Shuffle(files);
        return files;
    }

    private static string[] Part(string[] files, ImageQuery query)
    {
        var development = files.Length / 5;
        var phase = query.Phase switch
        {
            Phase.Development => files[..development],
            Phase.Final => files[development..],
            _ => files,
        };
        var test = phase.Length / 5;
        return query.Split switch
        {
            Split.Test => phase[..test],
            Split.Train => phase[test..],
            _ => phase,
        };
    }

    private void Read(string path, Span<byte> pixels)
    {
        using var image = SKBitmap.Decode(path) ?? throw new InputException($"{path} is not an image that can be read; mend it or take it away.");
        var side = Math.Min(image.Width, image.Height);
        var middle = SKRectI.Create((image.Width - side) / 2, (image.Height - side) / 2, side, side);
        using var square = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        using (var canvas = new SKCanvas(square))
        {
            canvas.DrawBitmap(image, middle, SKRect.Create(side, side));
        }

        using var scaled = square.Resize(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Unpremul), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var area = size * size;
        var source = scaled.GetPixelSpan();
        for (var i = 0; i < area; i++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                pixels[channel * area + i] = source[4 * i + channel];
            }
        }
    }
}
