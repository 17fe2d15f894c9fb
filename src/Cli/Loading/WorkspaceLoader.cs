using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;
using PbnRewriter.Cli.Reports;

namespace PbnRewriter.Cli.Loading;

/// <summary>Loads the projects and refuses what did not load, which MSBuildWorkspace itself often keeps silent about.</summary>
internal static class WorkspaceLoader
{
    // As for this process: a build process is over before measuring its code and compiling it again pays, which takes a tenth of
    // its time. The delay is in milliseconds, hexadecimal.
    private static readonly (string Name, string Value)[] BuildProcessSettings =
        [("DOTNET_TieredPGO", "0"), ("DOTNET_TC_CallCountingDelayMs", "1F4"), ("DOTNET_EnableWriteXorExecute", "0")];

    /// <summary>Loads the project, or those of the solution, each with the projects that it references.</summary>
    public static async Task<Solution> LoadAsync(
        MSBuildWorkspace workspace,
        ProjectScope scope,
        ImmutableArray<string> projects,
        RestoreResult restore,
        ProjectEvaluation evaluation,
        RunProgress progress,
        CancellationToken cancellationToken)
    {
        var input = scope.Input;
        var failures = new ConcurrentQueue<string>();
        using var handler = workspace.RegisterWorkspaceFailedHandler(failed =>
        {
            progress.Diagnose(failed.Diagnostic.Message);
            if (failed.Diagnostic.Kind == WorkspaceDiagnosticKind.Failure)
            {
                failures.Enqueue(failed.Diagnostic.Message);
            }
        });

        try
        {
            var loading = progress.Loading(projects.Length);
            var solution = input.Solution is { } file
                ? await OpenAsync(workspace, file, projects, loading, cancellationToken)
                : (await workspace.OpenProjectAsync(input.File, loading, cancellationToken)).Solution;

            // Ctrl-C ends the build processes too, whose projects are then missing for no fault of theirs.
            cancellationToken.ThrowIfCancellationRequested();
            EnsureLoaded(solution, scope, projects, [.. failures], evaluation);
            return solution;
        }
        catch (Exception failure) when (failure is not RunException && !cancellationToken.IsCancellationRequested)
        {
            // MSBuildWorkspace throws whatever its build process threw.
            var cause = restore.Errors.IsEmpty ? Sentence.FirstLine(failure.Message) : string.Join('\n', restore.Errors.Take(2));
            throw new RunException(ExitCode.NotLoaded, $"{input.File} did not load: {cause}");
        }
    }

    /// <summary>A workspace whose builds have the properties.</summary>
    public static MSBuildWorkspace CreateWorkspace(InputPath input, BuildProperties properties)
    {
        // Projects build in a process of their own, but that process's messages are read with MSBuild's types in this one.
        MSBuildRegistration.Ensure(input.Folder);

        // A project may name any code page for its sources.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var (name, value) in BuildProcessSettings)
        {
            Environment.SetEnvironmentVariable(name, Environment.GetEnvironmentVariable(name) ?? value);
        }

        return MSBuildWorkspace.Create(properties.Global);
    }

    // A workspace opens a part of a solution by way of a filter only, and a filter is a file. One that names a missing project
    // is refused as a whole.
    private static async Task<Solution> OpenAsync(
        MSBuildWorkspace workspace,
        string solution,
        ImmutableArray<string> projects,
        IProgress<ProjectLoadProgress>? loading,
        CancellationToken cancellationToken)
    {
        var filter = Path.Combine(Path.GetTempPath(), $"pbn-rewrite-{Guid.NewGuid():N}.slnf");
        try
        {
            await File.WriteAllBytesAsync(
                filter, JsonSerializer.SerializeToUtf8Bytes(new { solution = new { path = solution, projects = projects.Where(File.Exists) } }), cancellationToken);
            return await workspace.OpenSolutionAsync(filter, loading, cancellationToken);
        }
        finally
        {
            File.Delete(filter);
        }
    }

    private static void EnsureLoaded(
        Solution solution, ProjectScope scope, ImmutableArray<string> projects, IReadOnlyList<string> failures, ProjectEvaluation evaluation)
    {
        var loaded = solution.Projects
            .Where(project => project.FilePath is not null)
            .ToLookup(project => project.FilePath!, FilePaths.Comparer);
        var expected = projects.Union(
            solution.Projects.Where(project => project.Language == LanguageNames.CSharp).Select(project => project.FilePath).OfType<string>(),
            FilePaths.Comparer);
        if (!scope.Names.IsEmpty)
        {
            // Who names projects goes on without the others.
            expected = expected.Where(scope.Includes);
        }

        foreach (var file in expected)
        {
            if (loaded[file].Any(project => project.DocumentIds.Count > 0))
            {
                continue;
            }

            if (CauseOf(file, failures, evaluation) is { } cause)
            {
                throw new RunException(
                    ExitCode.NotLoaded,
                    $"project {file} did not load: {cause}\nMake it build with dotnet build, or name the others with --project.");
            }
        }
    }

    // Null for a project that evaluates and merely has no sources.
    private static string? CauseOf(string file, IReadOnlyList<string> failures, ProjectEvaluation evaluation)
    {
        if (!File.Exists(file))
        {
            return "the file does not exist.";
        }

        if (failures.FirstOrDefault(message => message.Contains(file, StringComparison.OrdinalIgnoreCase)) is { } failure)
        {
            return Sentence.FirstLine(failure);
        }

        try
        {
            evaluation.Evaluate(file);
            return null;
        }
        catch (RunException failed)
        {
            return failed.Message;
        }
    }
}
