namespace PbnRewriter.Cli.Benchmarks;

/// <summary>Where the benchmark keeps what it makes: outside the repository, whose own settings would reach into it.</summary>
internal static class Folders
{
    private static readonly string Root = Path.Combine(Path.GetTempPath(), "pbn-rewrite-benchmark");

    public static string Tools { get; } = Path.Combine(Root, "tools");

    public static string Solution(int projects, int files, int torchProjects) =>
        Path.Combine(Root, $"{projects}-{files}-{torchProjects}");

    /// <summary>Writes a solution and restores its packages.</summary>
    public static void Generate(Contenders contenders, GeneratedSolution solution)
    {
        if (Directory.Exists(solution.Folder))
        {
            Directory.Delete(solution.Folder, recursive: true);
        }

        solution.Write(contenders.Analyzers, contenders.Runtime, Contenders.TorchSharpVersion);
        MeasuredProcess.Run(solution.Folder, ["restore", solution.SolutionFile, "-nodeReuse:false"], 0);
    }
}
