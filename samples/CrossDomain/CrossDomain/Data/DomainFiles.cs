using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace CrossDomain.Data;

/// <summary>Writes drawn images as files, in the layout that <see cref="FolderSource"/> reads.</summary>
internal static class DomainFiles
{
    /// <exception cref="InputException">The folder is there already, or there is no such domain, or none is named.</exception>
    public static void Write(string folder, IReadOnlyList<string> domains, int images, int size, int seed, SKEncodedImageFormat format)
    {
        if (domains.Count == 0)
        {
            throw new InputException("--domains takes at least one domain.");
        }

        foreach (var domain in domains)
        {
            Style.Parse(domain);
        }

        if (Path.Exists(folder))
        {
            throw new InputException($"{folder} is there already. Give another --output.");
        }

        var source = new ProceduralSource(size);
        string[] classes = [.. Shape.Task.Select(shape => shape.Name)];
        foreach (var domain in domains)
        {
            using var set = source.Images(new ImageQuery(domain, classes, Phase.Final, Split.Test, seed, images * classes.Length));
            for (var i = 0; i < set.Count; i++)
            {
                var path = Path.Combine(folder, domain, classes[i % classes.Length], $"{i / classes.Length:D4}.{(format == SKEncodedImageFormat.Jpeg ? "jpg" : "png")}");
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var file = File.Create(path);
                using var image = Bitmap(set, i, size);
                image.Encode(file, format, quality: 95);
            }
        }
    }

    private static SKBitmap Bitmap(ImageSet set, int position, int size)
    {
        using var scope = NewDisposeScope();
        var levels = set.Images[position].permute(1, 2, 0).contiguous().data<byte>().ToArray();
        return new SKBitmap(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque)
        {
            Pixels = [.. Enumerable.Range(0, size * size).Select(i => new SKColor(levels[3 * i], levels[3 * i + 1], levels[3 * i + 2]))],
        };
    }
}
