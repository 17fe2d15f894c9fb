using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.VisualStudio.SolutionPersistence.Serializer;

namespace PbnRewriter.Cli.Loading;

/// <summary>The solution or project file that a path stands for.</summary>
/// <param name="File">The file's full path.</param>
/// <param name="Solution">The solution: the file itself, or the one that a filter narrows; null for a project.</param>
/// <param name="Projects">The C# project files that it names.</param>
internal sealed record InputPath(string File, string? Solution, IReadOnlyList<string> Projects)
{
    private const string Kinds = ".sln, .slnx, .slnf or .csproj file";

    // Editors let comments and trailing commas pass in a filter.
    private static readonly JsonDocumentOptions AsInAnEditor = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly string[] Extensions = [".sln", ".slnx", ".slnf", ".csproj"];

    /// <summary>Whether it is a project, of which alone the sites are then rewritten.</summary>
    public bool IsProject => Solution is null;

    /// <summary>The folder of the file.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    /// <summary>The folder of the solution; a filter may lie elsewhere.</summary>
    public string SolutionFolder => Path.GetDirectoryName(Solution ?? File)!;

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

        EnsureLeadsToAFile(full);
        return Path.GetExtension(full).ToUpperInvariant() switch
        {
            ".CSPROJ" => new InputPath(full, Solution: null, [full]),
            ".SLNF" => await OfFilterAsync(full, cancellationToken),
            ".SLN" or ".SLNX" => new InputPath(full, full, [.. (await ProjectsOfSolutionAsync(full, cancellationToken)).Where(IsCSharp)]),
            _ => throw new RunException(ExitCode.Usage, $"not a solution or C# project: {full}. Name a {Kinds}."),
        };
    }

    // A link counts as a file wherever it leads.
    private static void EnsureLeadsToAFile(string file)
    {
        try
        {
            if (System.IO.File.ResolveLinkTarget(file, returnFinalTarget: true) is { Exists: false } target)
            {
                throw new RunException(ExitCode.Usage, $"no such file: {file} is a link to {target.FullName}, which does not exist. Mend the link.");
            }
        }
        catch (IOException failure)
        {
            throw new RunException(ExitCode.Usage, $"no such file: the link {file} leads nowhere: {Sentence.Ended(failure.Message)} Mend the link.");
        }
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
            return [.. model.SolutionProjects.Select(project => FullPath(folder, project.FilePath))];
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A solution that cannot be read is the wrong file, and the reader's own exceptions are many.
            throw new RunException(
                ExitCode.Usage, $"{solution} cannot be read as a solution: {Sentence.Ended(failure.Message)} Mend it, or name another file.");
        }
    }

    private static async Task<InputPath> OfFilterAsync(string filter, CancellationToken cancellationToken)
    {
        var (path, projects) = await ReadFilterAsync(filter, cancellationToken);
        var solution = FullPath(Path.GetDirectoryName(filter)!, path);
        if (!System.IO.File.Exists(solution))
        {
            throw new RunException(
                ExitCode.Usage, $"{filter} names a solution that does not exist: {solution}. Mend its solution.path, or name the solution itself.");
        }

        var folder = Path.GetDirectoryName(solution)!;
        var files = projects.Select(project => FullPath(folder, project)).ToList();
        var known = await ProjectsOfSolutionAsync(solution, cancellationToken);
        if (files.Find(file => !known.Contains(file, FilePaths.Comparer)) is { } unknown)
        {
            throw new RunException(
                ExitCode.Usage,
                $"{filter} names a project that {solution} does not have: {unknown}.\nTake it out of solution.projects, or add it to the solution.");
        }

        return new InputPath(filter, solution, [.. files.Where(IsCSharp)]);
    }

    private static async Task<(string Path, ImmutableArray<string> Projects)> ReadFilterAsync(string filter, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = System.IO.File.OpenRead(filter);
            using var json = await JsonDocument.ParseAsync(stream, AsInAnEditor, cancellationToken);
            return Member(Member(json.RootElement, "solution"), "path") is { ValueKind: JsonValueKind.String } path
                && Member(Member(json.RootElement, "solution"), "projects") is { ValueKind: JsonValueKind.Array } projects
                && projects.EnumerateArray().All(project => project.ValueKind == JsonValueKind.String)
                ? (path.GetString()!, [.. projects.EnumerateArray().Select(project => project.GetString()!)])
                : throw NotAFilter(filter, "it has no solution.path, a text, and solution.projects, a list of texts.");
        }
        catch (JsonException failure)
        {
            throw NotAFilter(filter, $"it is no JSON from line {failure.LineNumber + 1} on.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotAFilter(filter, Sentence.Ended(failure.Message));
        }
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var member) ? member : null;

    private static RunException NotAFilter(string file, string because) => new(
        ExitCode.Usage, $"{file} cannot be read as a solution filter: {because} Mend it, or name the solution itself.");

    // Solutions name their projects with backslashes wherever they were written.
    private static string FullPath(string folder, string path) =>
        Path.GetFullPath(path.Replace('\\', Path.DirectorySeparatorChar), folder);

    private static bool IsCSharp(string file) => file.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase);
}
