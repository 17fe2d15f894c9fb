using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.References;
using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Reverting;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;
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
        var scope = ProjectScope.Of(input, options.Projects, currentDirectory);
        var baseFolder = FilePaths.BaseOf(currentDirectory, input);
        var filter = new SiteFilter(baseFolder, currentDirectory, options.Patterns);

        await SdkCheck.EnsureAsync(input.Folder, cancellationToken);
        var evaluation = new ProjectEvaluation(options.Properties);
        evaluation.EnsureAccepted(input.Folder);
        if (options.Reference is ReferenceChoice.Project runtime)
        {
            EnsureEvaluates(runtime, evaluation);
        }

        using var progress = new RunProgress(console, options.Verbosity);
        if (options.Restores)
        {
            progress.Start("Restoring packages");
        }

        var restore = options.Restores ? await Restore.RunAsync(input, options.Properties, cancellationToken) : RestoreResult.Skipped;
        cancellationToken.ThrowIfCancellationRequested();

        progress.Start($"Loading {Path.GetFileName(input.File)}");
        var projects = TorchSharpReach.ProjectsOf(input, restore, options.Properties, cancellationToken);
        using var workspace = WorkspaceLoader.CreateWorkspace(input, options.Properties);
        var choice = options.Framework is { } framework
            ? FrameworkChoice.Of(framework, projects, scope, evaluation, cancellationToken)
            : null;
        if (choice is not null)
        {
            projects = choice.Projects;
            scope = scope.Within(projects);
        }

        var loaded = await WorkspaceLoader.LoadAsync(workspace, scope, projects, restore, evaluation, progress, cancellationToken);
        if (choice is not null)
        {
            loaded = choice.Narrow(loaded);
            if (choice.Note is { } note)
            {
                progress.Note(note);
            }
        }

        progress.Start("Binding TorchSharp");
        var light = FrameworkGenerators.LeaveOut(await NullableWarnings.LeaveOutAsync(loaded, cancellationToken));
        var bound = await TorchSharpBinding.FindAsync(light, scope, restore, evaluation, cancellationToken);
        foreach (var error in restore.Errors.Take(2))
        {
            // TorchSharp binds all the same, so this is another project's concern.
            progress.Note($"restoring packages failed: {error}");
        }

        var (referencing, lacking, tooOld) = await RuntimeReference.AddAsync(light, bound, cancellationToken);
        var before = await FrameworkGenerators.PutBackAsync(referencing, loaded, cancellationToken);

        progress.Start($"Looking for BatchNorm2d in {Sentence.Count(bound.Length, "project")}");
        var asked = bound
            .Where(project => scope.Includes(project.FilePath))
            .Select(project => before.GetProject(project.Id)!)
            .ToImmutableArray();
        foreach (var missing in await SourceCheck.EnsureReadAsync(asked, cancellationToken))
        {
            progress.Note($"{FilePaths.Relative(baseFolder, missing)} does not exist, and is passed over; its project does not build without it.");
        }

        var found = await SitesAsync(asked, cancellationToken);
        var editable = EditableFiles.Of(before, scope);
        var sites = found
            .Select(site => (Site: site, Document: before.GetDocument(site.DocumentId)!))
            .Select(each => (Site: editable.Apply(filter.Apply(each.Site, each.Document), each.Document), each.Document))
            .Select(each => each.Site with { LeaveBecause = each.Site.LeaveBecause ?? tooOld.GetValueOrDefault(each.Document.FilePath!) })
            .ToImmutableArray();
        await filter.EnsureAnsweredAsync(input, before, asked, cancellationToken);
        await SourceCheck.EnsureSettingsAsync(before, sites, options.Layer, cancellationToken);
        foreach (var pattern in filter.Unmatched)
        {
            progress.Note($"{pattern} matches no BatchNorm2d construction.");
        }

        var result = await RewriteEngine.RewriteAsync(
            before, sites, new RewriteOptions(options.Layer) { Progress = progress, FixedFiles = editable.Reasons }, cancellationToken);
        progress.End();
        if (!result.Report.Errors.IsEmpty)
        {
            return Refuse(result.Report.Errors, baseFolder);
        }

        var sources = await SourceEdits.CreateAsync(before, result.Solution, result.Report.Edits, cancellationToken);
        var plan = await ReferencePlan.CreateAsync(before, SourceEdits.ChangedProjects(before, result.Solution), lacking, options.Reference, evaluation, cancellationToken);
        ReferencePlan.EnsureNoCycle(before, plan, options.Reference);
        foreach (var project in plan.Where(project => project.PassedOver is not null))
        {
            progress.Note($"{FilePaths.Relative(baseFolder, project.FilePath)} was read as far as it goes: {project.PassedOver}");
        }

        var references = ReferenceEdits.Create(plan, options.Reference, editable.Contains);

        cancellationToken.ThrowIfCancellationRequested();
        ImmutableArray<FileEdit> edits = [.. sources, .. references];
        var report = new RunReport(
            result.Report,
            sources,
            references,
            asked.Select(project => project.FilePath).Distinct().Count())
        {
            Needs = ReferencePlan.Needs(before, result.Report.Edits, references),
        };
        var isWritten = options.Destination == Destination.Disk;
        ImmutableArray<FileEdit> reports = options.Report is { } file
            ? [file.EditOf(report, isWritten && !edits.IsEmpty, baseFolder)]
            : [];

        if (isWritten)
        {
            progress.Start("Writing");
        }

        // All at once: a report never tells of what was not written.
        IChangeWriter.For(options.Destination, console, baseFolder, input.Folder).Write(
            isWritten ? [.. RewriteRecord.Read(input.Folder).Including(edits), .. reports] : edits, cancellationToken);
        if (!isWritten)
        {
            new DiskWriter(input.Folder).Write(reports, cancellationToken);
        }

        progress.End();
        var (summary, writeWord) = SummaryOf(options);
        Summary.Show(
            options.Destination,
            () => new ReportWriter(summary, writeWord, baseFolder, options.Verbosity).Write(report, options.Destination));
        if (options.Reference is ReferenceChoice.None && !plan.IsEmpty)
        {
            progress.Note(
                $"without a reference to the runtime: {string.Join(", ", plan.Select(project => FilePaths.Relative(baseFolder, project.FilePath)))}. "
                + "Add one before building.");
        }

        return options.Checks && !edits.IsEmpty ? ExitCode.WouldChange : ExitCode.Done;
    }

    private static async Task<ImmutableArray<Site>> SitesAsync(
        ImmutableArray<Project> projects, CancellationToken cancellationToken)
    {
        var sites = await InParallel.SelectAsync(projects, project => SiteFinder.FindAsync(project, cancellationToken), cancellationToken);
        return [.. sites.SelectMany(each => each)];
    }

    private static void EnsureEvaluates(ReferenceChoice.Project runtime, ProjectEvaluation evaluation)
    {
        try
        {
            evaluation.Evaluate(runtime.FilePath);
        }
        catch (RunException failed)
        {
            throw new RunException(
                ExitCode.Usage, $"--reference names {runtime.FilePath}, which cannot be evaluated: {failed.Message}\nName the runtime's project.");
        }
    }

    private int Refuse(ImmutableArray<Diagnostic> errors, string baseFolder)
    {
        console.Error.WriteLine(
            $"pbn-rewrite: the rewrite would break the build with {Sentence.Count(errors.Length, "error")}; nothing was written. "
            + "Change the code there, or leave constructions out with --exclude, --sites or --project.");
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

    /// <summary>Where the summary goes, and how its words of outcome are written: a diff has standard output for itself.</summary>
    private (TextWriter Writer, Action<string, ConsoleColor> WriteWord) SummaryOf(RunOptions options)
    {
        var writer = options.Destination == Destination.Diff ? console.Error : console.Out;
        return (writer, writer == console.Out && options.UsesColor ? console.WriteWord : (word, _) => writer.Write(word));
    }
}
