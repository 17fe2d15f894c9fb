using System.Reflection;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace PbnRewriter.Cli.Benchmarks;

/// <summary>The commands that are timed, on one machine and one solution.</summary>
internal sealed class Contenders
{
    private static readonly string Repository = Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "RepositoryRoot").Value!;

    private readonly string tool;
    private readonly string floor;

    private Contenders(string tool, string floor)
    {
        this.tool = tool;
        this.floor = floor;
    }

    /// <summary>The command as it was built with this benchmark, not compiled ahead of time, as the analyzers of the package are not.</summary>
    public static Contenders Built { get; } = new(AppContext.BaseDirectory, AppContext.BaseDirectory);

    /// <summary>The version of TorchSharp that this repository builds against.</summary>
    public static string TorchSharpVersion => XDocument.Load(Path.Combine(Repository, "Directory.Packages.props"))
        .Descendants("PackageVersion").Single(each => each.Attribute("Include")!.Value == "TorchSharp").Attribute("Version")!.Value;

    public IReadOnlyList<string> Analyzers => [InTool("PbnRewriter.Analyzer.dll"), InTool("PbnRewriter.CodeFix.dll")];

    public string Runtime => InTool("runtime/PbnRewriter.Runtime.dll");

    /// <summary>Publishes the command and the floor, ReadyToRun.</summary>
    public static Contenders Publish(string tools)
    {
        var contenders = new Contenders(Path.Combine(tools, "tool"), Path.Combine(tools, "floor"));
        foreach (var (project, output) in new[] { ("src/Cli/PbnRewriter.Cli.csproj", contenders.tool), ("benchmarks/Cli/PbnRewriter.Cli.Benchmarks.csproj", contenders.floor) })
        {
            MeasuredProcess.Run(
                Repository,
                ["publish", Path.Combine(Repository, project), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "false", "-o", output, "-nodeReuse:false"],
                0);
        }

        return contenders;
    }

    public MeasuredProcess Rewrite(GeneratedSolution solution, params string[] options) => MeasuredProcess.Run(
        solution.Folder, [InTool("PbnRewriter.Cli.dll"), solution.SolutionFile, "--no-restore", .. options], 0);

    public static MeasuredProcess Format(GeneratedSolution solution) => MeasuredProcess.Run(
        solution.Folder,
        ["format", "analyzers", solution.SolutionFile, "--diagnostics", RuleIdentifiers.BatchNormConstruction, "--severity", "info", "--no-restore"],
        0);

    public MeasuredProcess Open(GeneratedSolution solution) => MeasuredProcess.Run(
        solution.Folder, [Path.Combine(floor, "PbnRewriter.Cli.Benchmarks.dll"), "open", solution.SolutionFile], 0);

    private string InTool(string file) => Path.Combine(tool, file);
}
