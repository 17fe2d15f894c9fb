using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

namespace PbnRewriter.Packages.Tests;

/// <summary>
/// The TorchSharp at hand under the number of an older one, in package and assembly: older ones themselves are not served
/// everywhere that the tests run.
/// </summary>
internal static class OlderTorchSharp
{
    public const string Version = "0.106.0";

    /// <summary>A project with the user's model on the older TorchSharp, in a folder of the user's.</summary>
    public static async Task<string> ProjectAsync(UserJourney journey, string name, string moreReferences = "")
    {
        var folder = Path.Combine(journey.Folder, "Older", name);
        var feed = Path.Combine(folder, "feed");
        Directory.CreateDirectory(feed);
        Pack(Path.Combine(feed, $"TorchSharp.{Version}.nupkg"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "nuget.config"),
            $"""
            <configuration>
              <packageSources><add key="older" value="{feed}" /></packageSources>
              <packageSourceMapping><packageSource key="older"><package pattern="TorchSharp" /></packageSource></packageSourceMapping>
            </configuration>
            """);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Trainer.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TorchSharp" Version="{Version}" />
                {moreReferences}
              </ItemGroup>
            </Project>
            """);
        foreach (var source in new[] { "Program.cs", "Classifier.cs" })
        {
            File.Copy(Path.Combine(Repository.Root, "tests", "Packages", "Trainer", source), Path.Combine(folder, source));
        }

        return folder;
    }

    private static void Pack(string target)
    {
        var version = Path.GetFileName(Repository.TorchSharp);
        using var original = ZipFile.OpenRead(Directory.EnumerateFiles(Repository.TorchSharp, "*.nupkg").Single());
        using var older = ZipFile.Open(target, ZipArchiveMode.Create);
        foreach (var entry in original.Entries.Where(entry => entry.FullName != ".signature.p7s" && !entry.FullName.StartsWith("runtimes/", StringComparison.Ordinal)))
        {
            using var content = entry.Open();
            using var buffer = new MemoryStream();
            content.CopyTo(buffer);
            var bytes = buffer.ToArray();
            if (entry.Name.EndsWith(".nuspec", StringComparison.Ordinal))
            {
                bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace($"<version>{version}<", $"<version>{Version}<", StringComparison.Ordinal));
            }
            else if (entry.Name == "TorchSharp.dll")
            {
                Number(bytes);
            }

            using var stream = older.CreateEntry(entry.FullName, CompressionLevel.Fastest).Open();
            stream.Write(bytes);
        }
    }

    // ECMA-335, II.22.2: the row of the Assembly table is the hash algorithm's four bytes and then four numbers of two bytes.
    private static void Number(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        var row = reader.PEHeaders.MetadataStartOffset + reader.GetMetadataReader().GetTableMetadataOffset(TableIndex.Assembly);
        var version = System.Version.Parse(Version);
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(row + 4), (ushort)version.Major);
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(row + 6), (ushort)version.Minor);
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(row + 8), (ushort)version.Build);
    }
}
