using System.Globalization;
using System.Text;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>
/// A solution of any size, some of whose projects hold TorchSharp models. The same arguments give the same files.
/// </summary>
/// <param name="Folder">Where it lies; a folder of its own.</param>
/// <param name="Projects">How many projects.</param>
/// <param name="Files">How many source files in all of them.</param>
/// <param name="TorchProjects">How many of the projects reference TorchSharp.</param>
internal sealed record GeneratedSolution(string Folder, int Projects, int Files, int TorchProjects)
{
    // Of the files of a project with TorchSharp; the rest is code like everyone's.
    private const int ModelsOfTen = 4;

    public string SolutionFile => Path.Combine(Folder, "Generated.slnx");

    /// <summary>Writes all files.</summary>
    /// <param name="analyzers">The analyzer's and the fix's assemblies, for <c>dotnet format</c>.</param>
    /// <param name="runtime">The layer's assembly.</param>
    /// <param name="torchSharpVersion">The version of TorchSharp.</param>
    public void Write(IReadOnlyList<string> analyzers, string runtime, string torchSharpVersion)
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(SolutionFile, Lines(
            ["<Solution>", .. Enumerable.Range(0, Projects).Select(index => $"  <Project Path=\"{NameOf(index)}/{NameOf(index)}.csproj\" />"), "</Solution>"]));
        for (var index = 0; index < Projects; index++)
        {
            var folder = Path.Combine(Folder, NameOf(index));
            Directory.CreateDirectory(Path.Combine(folder, "Parts"));
            File.WriteAllText(Path.Combine(folder, NameOf(index) + ".csproj"), ProjectText(index, analyzers, runtime, torchSharpVersion));
            var files = (Files / Projects) + (index < Files % Projects ? 1 : 0);
            for (var file = 0; file < files; file++)
            {
                WriteSource(folder, index, file);
            }
        }
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines) + "\n";

    // Those with TorchSharp are spread over the solution, as they are in real ones.
    private bool HasTorch(int index) => (long)(index + 1) * TorchProjects / Projects > (long)index * TorchProjects / Projects;

    private string NameOf(int index) => (HasTorch(index) ? "Vision" : "Area") + index.ToString("000", CultureInfo.InvariantCulture);

    private string ProjectText(int index, IReadOnlyList<string> analyzers, string runtime, string torchSharpVersion)
    {
        var lines = new List<string>
        {
            "<Project Sdk=\"Microsoft.NET.Sdk\">",
            "",
            "  <PropertyGroup>",
            "    <TargetFramework>net10.0</TargetFramework>",
            "    <Nullable>enable</Nullable>",
            "    <ImplicitUsings>enable</ImplicitUsings>",
            "  </PropertyGroup>",
            "",
            "  <ItemGroup>",
        };
        if (HasTorch(index))
        {
            lines.Add($"    <PackageReference Include=\"TorchSharp\" Version=\"{torchSharpVersion}\" />");
            lines.Add($"    <Reference Include=\"PbnRewriter.Runtime\" HintPath=\"{runtime}\" />");
            lines.AddRange(analyzers.Select(analyzer => $"    <Analyzer Include=\"{analyzer}\" />"));
        }

        lines.AddRange(ReferencesOf(index).Select(other => $"    <ProjectReference Include=\"../{NameOf(other)}/{NameOf(other)}.csproj\" />"));
        lines.AddRange(["  </ItemGroup>", "", "</Project>"]);
        return Lines(lines);
    }

    // Plain projects in a tree, those with models on the first of them and on the first plain one.
    private IEnumerable<int> ReferencesOf(int index)
    {
        var alike = Enumerable.Range(0, index).Where(other => HasTorch(other) == HasTorch(index)).ToList();
        if (alike.Count > 0)
        {
            yield return alike[HasTorch(index) ? 0 : alike.Count / 4];
        }

        if (HasTorch(index) && Enumerable.Range(0, index).Cast<int?>().FirstOrDefault(other => !HasTorch(other!.Value)) is { } plain)
        {
            yield return plain;
        }
    }

    private void WriteSource(string folder, int project, int file)
    {
        var style = project + file;
        var name = "Part" + file.ToString("000", CultureInfo.InvariantCulture);
        var isModel = HasTorch(project) && file % 10 < ModelsOfTen;
        var text = isModel ? GeneratedSource.Model(NameOf(project), name, style) : GeneratedSource.Plain(NameOf(project), name);
        if (style % 7 == 3)
        {
            text = text.Replace("    ", "\t", StringComparison.Ordinal);
        }

        if (style % 3 == 1)
        {
            text = text.Replace("\n", "\r\n", StringComparison.Ordinal);
        }

        var path = Path.Combine(folder, file % 2 == 0 ? "Parts" : "", name + ".cs");
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: style % 5 == 2));
    }
}
