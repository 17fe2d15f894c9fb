using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>Takes a path to a report: restore, load, find, rewrite, write. Each step is a type of its own.</summary>
internal sealed class Runner(ICommandConsole console, string currentDirectory)
{
    private const int ErrorsShown = 10;

    public async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var input = await InputPath.ResolveAsync(options.Path, currentDirectory, cancellationToken);
        InterruptedWrite.Settle(input.Folder, options.Destination, console.Error);
        var scope = ProjectScope.Of(input, options.Projects);
        var baseFolder = FilePaths.BaseOf(currentDirectory, input);
        var filter = new SiteFilter(baseFolder, currentDirectory, options.Patterns);

        await SdkCheck.EnsureAsync(input.Folder, cancellationToken);

        Progress(options.Restores ? "Restoring packages..." : null);
        var restore = options.Restores ? await Restore.RunAsync(input, cancellationToken) : RestoreResult.Skipped;
        cancellationToken.ThrowIfCancellationRequested();

        Progress($"Loading {Path.GetFileName(input.File)}...");
        using var workspace = WorkspaceLoader.CreateWorkspace(input);
        var loaded = await WorkspaceLoader.LoadAsync(workspace, scope, restore, cancellationToken);
        var bound = await TorchSharpBinding.FindAsync(loaded, scope, restore, cancellationToken);
        foreach (var error in restore.Errors.Take(2))
        {
            // TorchSharp binds all the same, so this is another project's concern.
            console.Error.WriteLine($"note: restoring packages failed: {error}");
        }

        var (before, lacking) = await RuntimeReference.AddAsync(loaded, bound, cancellationToken);

        Progress($"Looking for BatchNorm2d in {Sentence.Count(bound.Length, "project")}...");
        var asked = bound
            .Where(project => scope.Includes(project.FilePath))
            .Select(project => before.GetProject(project.Id)!)
            .ToImmutableArray();
        var found = await SitesAsync(asked, cancellationToken);
        var sites = found.Select(site => filter.Apply(site, before.GetDocument(site.DocumentId)!)).ToImmutableArray();
        foreach (var pattern in filter.Unmatched)
        {
            console.Error.WriteLine($"note: {pattern} matches no BatchNorm2d construction.");
        }

        Progress($"Rewriting {Sentence.Count(sites.Length, "call")}...");
        var result = await RewriteEngine.RewriteAsync(
            before, sites, new RewriteOptions(options.Layer), cancellationToken);
        if (!result.Report.Errors.IsEmpty)
        {
            return Refuse(result.Report.Errors, baseFolder);
        }

        var sources = await SourceEdits.CreateAsync(before, result.Solution, result.Report.Edits, cancellationToken);
        var plan = ReferencePlan.Create(before, SourceEdits.ChangedProjects(before, result.Solution), lacking);
        var references = ReferenceEdits.Create(plan, options.Reference);

        cancellationToken.ThrowIfCancellationRequested();
        ImmutableArray<FileEdit> edits = [.. sources, .. references];
        var report = new RunReport(
            result.Report,
            [.. sources.Select(edit => edit.Path)],
            [.. references.Select(edit => edit.Path)],
            asked.Select(project => project.FilePath).Distinct().Count());
        var isWritten = options.Destination == Destination.Disk;
        ImmutableArray<FileEdit> reports = options.Report is { } file
            ? [file.EditOf(report, isWritten && !edits.IsEmpty, baseFolder)]
            : [];

        // All at once: a report never tells of what was not written.
        IChangeWriter.For(options.Destination, console, baseFolder, input.Folder).Write(
            isWritten ? [.. RewriteRecord.Read(input.Folder).Including(edits), .. reports] : edits, cancellationToken);
        if (!isWritten)
        {
            new DiskWriter(input.Folder).Write(reports, cancellationToken);
        }

        var summary = options.Destination == Destination.Diff ? console.Error : console.Out;
        Summary.Show(options.Destination, () => new ReportWriter(summary, baseFolder).Write(report, options.Destination));
        if (options.Reference is ReferenceChoice.None && !plan.IsEmpty)
        {
            console.Error.WriteLine(
                $"note: without a reference to the runtime: {string.Join(", ", plan.Select(project => FilePaths.Relative(baseFolder, project.FilePath)))}. "
                + "Add one before building.");
        }

        return options.Checks && !edits.IsEmpty ? ExitCode.WouldChange : ExitCode.Done;
    }

    private static async Task<ImmutableArray<Site>> SitesAsync(
        ImmutableArray<Project> projects, CancellationToken cancellationToken)
    {
        var sites = ImmutableArray.CreateBuilder<Site>();
        foreach (var project in projects)
        {
            sites.AddRange(await SiteFinder.FindAsync(project, cancellationToken));
        }

        return sites.ToImmutable();
    }

    private int Refuse(ImmutableArray<Diagnostic> errors, string baseFolder)
    {
        console.Error.WriteLine(
            $"pbn-rewrite: the rewrite would break the build with {Sentence.Count(errors.Length, "error")}; nothing was written.");
        foreach (var error in errors.Take(ErrorsShown))
        {
            var span = error.Location.GetLineSpan();
            var place = error.Location.IsInSource
                ? ReportWriter.Place(baseFolder, span.Path, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1) + ": "
                : "";
            console.Error.WriteLine($"{place}error {error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        }

        return ExitCode.WouldBreakBuild;
    }

    private void Progress(string? step)
    {
        if (step is not null && console.ShowsProgress)
        {
            console.Error.WriteLine(step);
        }
    }
}
