using System.IO.Compression;
using System.Xml.Linq;

namespace PbnRewriter.Packages.Tests;

/// <summary>A .nupkg or .snupkg: what NuGet adds of its own is left out.</summary>
internal sealed class PackageFile
{
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public PackageFile(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries.Where(entry => !IsOfTheFormat(entry.FullName)))
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            files.Add(entry.FullName, bytes.ToArray());
        }

        var manifest = XDocument.Load(new MemoryStream(files[Names.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))]));
        Metadata = manifest.Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    public IEnumerable<string> Names => files.Keys;

    public IReadOnlyDictionary<string, byte[]> Files => files;

    public XElement Metadata { get; }

    /// <summary>Each dependency as "framework: id range"; a range as the manifest has it.</summary>
    public IEnumerable<string> Dependencies =>
        from dependency in Metadata.Descendants()
        where dependency.Name.LocalName == "dependency"
        select $"{dependency.Parent!.Attribute("targetFramework")?.Value}: {dependency.Attribute("id")!.Value} {dependency.Attribute("version")!.Value}";

    public XElement Element(string name) => Metadata.Elements().Single(element => element.Name.LocalName == name);

    private static bool IsOfTheFormat(string name) =>
        name is "[Content_Types].xml" or "_rels/.rels" || name.StartsWith("package/services/", StringComparison.Ordinal);
}
