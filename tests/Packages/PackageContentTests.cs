using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace PbnRewriter.Packages.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
[Collection(nameof(Packages))]
public sealed class PackageContentTests(Packages packages)
{
    private const string Layer = "PbnRewriter";
    private const string Tool = "PbnRewriter.Cli";
    private const string ToolFolder = "tools/net10.0/any/";

    [Fact]
    public void Pack_MakesTwoPackagesAndTheSymbolsOfTheLayer()
    {
        var copy = packages.Copy;

        Assert.Equal(
            [$"{Layer}.{Repository.Version}.nupkg", $"{Layer}.{Repository.Version}.snupkg", $"{Tool}.{Repository.Version}.nupkg"],
            Directory.EnumerateFiles(copy.Feed).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LayerPackage_HoldsTheLayerTheAnalyzerAndItsFix()
    {
        var package = packages.Copy.Package(Layer);

        Assert.Equal(
            [
                "PbnRewriter.nuspec",
                "README.md",
                "analyzers/dotnet/cs/PbnRewriter.Analyzer.dll",
                "analyzers/dotnet/cs/PbnRewriter.CodeFix.dll",
                "icon.png",
                "lib/net8.0/PbnRewriter.Runtime.dll",
                "lib/net8.0/PbnRewriter.Runtime.xml",
            ],
            package.Names);
    }

    [Fact]
    public void Layer_CarriesItsKernelsForGpusAndNothingElse()
    {
        using var reader = new PEReader(new MemoryStream(packages.Copy.Package(Layer).Files["lib/net8.0/PbnRewriter.Runtime.dll"]));
        var metadata = reader.GetMetadataReader();

        Assert.Equal(
            ["patch_batch_norm.BFloat16.ptx", "patch_batch_norm.Float16.ptx", "patch_batch_norm.Float32.ptx"],
            metadata.ManifestResources.Select(handle => metadata.GetString(metadata.GetManifestResource(handle).Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void LayerPackage_DependsOnTorchSharpAlone()
    {
        var package = packages.Copy.Package(Layer);

        // The oldest that it works with, which is the one that it is compiled with.
        Assert.Equal([$"net8.0: TorchSharp {Path.GetFileName(Repository.TorchSharp)}"], package.Dependencies);
    }

    [Fact]
    public void LayerPackage_HasTheDocumentationOfTheLayer()
    {
        var package = packages.Copy.Package(Layer);

        var documentation = XDocument.Load(new MemoryStream(package.Files["lib/net8.0/PbnRewriter.Runtime.xml"]));
        Assert.Contains(
            documentation.Descendants("member"),
            member => member.Attribute("name")!.Value.StartsWith("M:PbnRewriter.Runtime.pbn.PatchBatchNorm2d(", StringComparison.Ordinal));
    }

    [Fact]
    public void ToolPackage_HoldsWhatTheToolRunsOn()
    {
        var package = packages.Copy.Package(Tool);

        var settings = XDocument.Load(new MemoryStream(package.Files[ToolFolder + "DotnetToolSettings.xml"]));
        var command = Assert.Single(settings.Descendants("Command"));
        Assert.Equal("pbn-rewrite", command.Attribute("Name")!.Value);
        Assert.Equal("dotnet", command.Attribute("Runner")!.Value);
        Assert.Superset(
            new HashSet<string>(
                [
                    ToolFolder + command.Attribute("EntryPoint")!.Value,
                    ToolFolder + "PbnRewriter.Analyzer.dll",
                    ToolFolder + "PbnRewriter.CodeFix.dll",
                    ToolFolder + "BuildHost-net472/Microsoft.CodeAnalysis.Workspaces.MSBuild.BuildHost.exe",
                    ToolFolder + "BuildHost-netcore/Microsoft.CodeAnalysis.Workspaces.MSBuild.BuildHost.dll",
                    ToolFolder + "BuildHost-netcore/Microsoft.CodeAnalysis.Workspaces.MSBuild.BuildHost.runtimeconfig.json",
                    ToolFolder + "runtime/PbnRewriter.Runtime.dll",
                ]),
            package.Names.ToHashSet());
        Assert.Equal("DotnetTool", Assert.Single(package.Element("packageTypes").Elements()).Attribute("name")!.Value);
        Assert.Empty(package.Dependencies);
    }

    [Fact]
    public void ToolPackage_LeavesToTheSystemWhatIsTheSystems()
    {
        var package = packages.Copy.Package(Tool);

        // MSBuild comes from the SDK in use, and nothing of TorchSharp is loaded; the layer is there to compile against only.
        var names = package.Names.Select(name => Path.GetFileName(name)!).ToList();
        Assert.DoesNotContain(names, name => name.StartsWith("TorchSharp", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name is "Microsoft.Build.dll" or "Microsoft.Build.Framework.dll" or "Microsoft.NET.StringTools.dll");
        Assert.DoesNotContain(names, name => name.StartsWith("PbnRewriter", StringComparison.Ordinal) && Path.GetExtension(name) is ".pdb" or ".xml");
        Assert.True(IsReferenceAssembly(package.Files[ToolFolder + "runtime/PbnRewriter.Runtime.dll"]));
        Assert.False(IsReferenceAssembly(packages.Copy.Package(Layer).Files["lib/net8.0/PbnRewriter.Runtime.dll"]));
    }

    [Theory]
    [InlineData(Layer, "src/Runtime/PACKAGE.md")]
    [InlineData(Tool, "src/Cli/PACKAGE.md")]
    public void Package_SaysWhatItIsAndWhereItIsFrom(string id, string readme)
    {
        var copy = packages.Copy;
        var package = copy.Package(id);

        Assert.Equal(id, package.Element("id").Value);
        Assert.Equal(Repository.Version, package.Element("version").Value);
        Assert.NotEmpty(package.Element("authors").Value);
        Assert.NotEmpty(package.Element("description").Value);
        Assert.Equal(("expression", "MIT"), (package.Element("license").Attribute("type")!.Value, package.Element("license").Value));
        Assert.Equal(Repository.Url, package.Element("projectUrl").Value);
        Assert.Equal(
            ("git", Repository.Url, copy.Commit),
            (package.Element("repository").Attribute("type")!.Value, package.Element("repository").Attribute("url")!.Value, package.Element("repository").Attribute("commit")!.Value));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Repository.Root, readme)), package.Files[package.Element("readme").Value]);
        Assert.Equal((128, 128), SizeOfPng(package.Files[package.Element("icon").Value]));
    }

    [Fact]
    public void Readme_OfThePackages_NamesTheTorchSharpThatTheyNeed()
    {
        var needed = Path.GetFileName(Repository.TorchSharp);

        foreach (var id in new[] { Layer, Tool })
        {
            var readme = Encoding.UTF8.GetString(packages.Copy.Package(id).Files["README.md"]);
            Assert.Contains($"TorchSharp {needed} ", readme.ReplaceLineEndings(" "), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Layer, "lib/net8.0/PbnRewriter.Runtime.dll")]
    [InlineData(Layer, "analyzers/dotnet/cs/PbnRewriter.Analyzer.dll")]
    [InlineData(Layer, "analyzers/dotnet/cs/PbnRewriter.CodeFix.dll")]
    [InlineData(Tool, ToolFolder + "PbnRewriter.Cli.dll")]
    public void Symbols_LeadToTheSourcesOfTheCommit(string id, string name)
    {
        var copy = packages.Copy;
        var assembly = copy.Package(id).Files[name];
        var symbols = name.StartsWith("lib/", StringComparison.Ordinal)
            ? DebugSymbols.File(copy.Package(id, "snupkg").Files[Path.ChangeExtension(name, ".pdb")])
            : DebugSymbols.Embedded(assembly);

        Assert.Equal(DebugSymbols.IdOf(assembly), symbols.Id);
        var (path, address) = Assert.Single(symbols.SourceLink);
        Assert.Equal("/_/*", path);
        Assert.Equal($"{Repository.Url.Replace("github.com", "raw.githubusercontent.com", StringComparison.Ordinal)}/{copy.Commit}/*", address);
        var sources = symbols.Documents.Where(document => !document.Contains("/obj/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(File.Exists(Path.Combine(copy.Sources, source["/_/".Length..])), source));
    }

    [Fact]
    public void Packages_NameNoFolderOfTheMachineThatMadeThem()
    {
        var copy = packages.Copy;

        foreach (var package in new[] { copy.Package(Layer), copy.Package(Layer, "snupkg"), copy.Package(Tool) })
        {
            foreach (var (name, bytes) in package.Files)
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(copy.Sources)) < 0, name);
                Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(copy.Sources)) < 0, name);
            }
        }
    }

    private static bool IsReferenceAssembly(byte[] assembly)
    {
        using var reader = new PEReader(new MemoryStream(assembly));
        var metadata = reader.GetMetadataReader();
        return metadata.GetAssemblyDefinition().GetCustomAttributes()
            .Select(handle => metadata.GetCustomAttribute(handle).Constructor)
            .Where(constructor => constructor.Kind == HandleKind.MemberReference)
            .Select(constructor => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent)
            .Where(parent => parent.Kind == HandleKind.TypeReference)
            .Any(parent => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name) == "ReferenceAssemblyAttribute");
    }

    private static (int Width, int Height) SizeOfPng(byte[] png)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png.AsSpan(0, 8)));
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
