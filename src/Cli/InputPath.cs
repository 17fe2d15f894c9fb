using System.Text.Json;
using Microsoft.VisualStudio.SolutionPersistence.Serializer;

namespace PbnRewriter.Cli;

/// <summary>The solution or project file that a path stands for.</summary>
/// <param name="File">The file's full path.</param>
/// <param name="Solution">The solution: the file itself, or the one that a filter narrows; null for a project.</param>
/// <param name="Projects">The C# project files that it names.</param>
internal sealed record InputPath(string File, string? Solution, IReadOnlyList<string> Projects)
{
    private const string Kinds = ".sln, .slnx, .slnf or .csproj file";

    private static readonly string[] Extensions = [".sln", ".slnx", ".slnf", ".csproj"];

    /// <summary>Whether it is a project, of which alone the sites are then rewritten.</summary>
    public bool IsProject => Solution is null;

    /// <summary>The folder of the file.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>Finds the file and, for a solution, reads which projects it names.</summary>
    public static async Task<InputPath> ResolveAsync(string path, string currentDirectory, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new RunException(ExitCode.Usage, $"the path is empty: name a {Kinds}.");
        }

        var full = Path.GetFullPath(path, currentDirectory);
        if (Directory.Exists(full))
        {
            full = OnlyFileOf(full);
        }
        else if (!System.IO.File.Exists(full))
        {
            throw new RunException(ExitCode.Usage, $"no such file or folder: {full}. Check the path.");
        }

        return Path.GetExtension(full).ToUpperInvariant() switch
        {
            ".CSPROJ" => new InputPath(full, Solution: null, [full]),
            ".SLNF" => await OfFilterAsync(full, cancellationToken),
            ".SLN" or ".SLNX" => new InputPath(full, full, await ProjectsOfSolutionAsync(full, cancellationToken)),
            _ => throw new RunException(ExitCode.Usage, $"not a solution or C# project: {full}. Name a {Kinds}."),
        };
    }

    private static string OnlyFileOf(string folder)
    {
        var files = Directory.EnumerateFiles(folder)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return files.Length switch
        {
            1 => files[0],
            0 => throw new RunException(ExitCode.Usage, $"the folder {folder} holds no {Kinds}. Name one."),
            _ => throw new RunException(
                ExitCode.Usage,
                $"the folder {folder} holds several: {string.Join(", ", files.Select(Path.GetFileName))}. Name one of them."),
        };
    }

    private static async Task<IReadOnlyList<string>> ProjectsOfSolutionAsync(string solution, CancellationToken cancellationToken)
    {
        try
        {
            var serializer = SolutionSerializers.GetSerializerByMoniker(solution)!;
            var model = await serializer.OpenAsync(solution, cancellationToken);
            var folder = Path.GetDirectoryName(solution)!;
            return [.. model.SolutionProjects.Select(project => FullPath(folder, project.FilePath)).Where(IsCSharp)];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            throw NotASolution(solution, failure);
        }
    }

    private static async Task<InputPath> OfFilterAsync(string filter, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = System.IO.File.OpenRead(filter);
            using var json = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            var solution = json.RootElement.GetProperty("solution");
            var file = FullPath(Path.GetDirectoryName(filter)!, solution.GetProperty("path").GetString()!);
            if (!System.IO.File.Exists(file))
            {
                throw new RunException(ExitCode.Usage, $"{filter} names a solution that does not exist: {file}.");
            }

            var folder = Path.GetDirectoryName(file)!;
            return new InputPath(filter, file,
            [
                .. solution.GetProperty("projects").EnumerateArray()
                    .Select(project => FullPath(folder, project.GetString()!))
                    .Where(IsCSharp),
            ]);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or RunException))
        {
            throw NotASolution(filter, failure);
        }
    }

    // A solution that cannot be read is the wrong file, and the reader's own exceptions are many.
    private static RunException NotASolution(string file, Exception failure) => new(
        ExitCode.Usage, $"{file} cannot be read as a solution: {Sentence.FirstLine(failure.Message)}");

    // Solutions name their projects with backslashes wherever they were written.
    private static string FullPath(string folder, string path) =>
        Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), folder);

    private static bool IsCSharp(string file) => file.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase);
}
