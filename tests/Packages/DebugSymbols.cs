using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json;

namespace PbnRewriter.Packages.Tests;

/// <summary>What a portable PDB says of an assembly's sources.</summary>
/// <param name="Id">What an assembly and its symbols are known to belong together by.</param>
/// <param name="Documents">The paths of the sources.</param>
/// <param name="SourceLink">Where each path is published.</param>
internal sealed record DebugSymbols(Guid Id, IReadOnlyList<string> Documents, IReadOnlyDictionary<string, string> SourceLink)
{
    private static readonly Guid SourceLinkKind = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>The symbols inside an assembly.</summary>
    public static DebugSymbols Embedded(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        var entry = reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb);
        using var provider = reader.ReadEmbeddedPortablePdbDebugDirectoryData(entry);
        return Read(provider.GetMetadataReader());
    }

    /// <summary>Those of a .pdb file.</summary>
    public static DebugSymbols File(byte[] pdb)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
        return Read(provider.GetMetadataReader());
    }

    /// <summary>The <see cref="Id"/> that an assembly asks for.</summary>
    public static Guid IdOf(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        return reader.ReadCodeViewDebugDirectoryData(reader.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
    }

    private static DebugSymbols Read(MetadataReader reader)
    {
        var sourceLink = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Single(information => reader.GetGuid(information.Kind) == SourceLinkKind);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(reader.GetBlobBytes(sourceLink.Value)));
        return new DebugSymbols(
            new BlobContentId(reader.DebugMetadataHeader!.Id).Guid,
            [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))],
            json.RootElement.GetProperty("documents").EnumerateObject().ToDictionary(each => each.Name, each => each.Value.GetString()!));
    }
}
