using System.Collections.Immutable;
using PbnRewriter.Cli.Loading;
using PbnRewriter.Cli.Reports;
using PbnRewriter.Cli.Text;
using PbnRewriter.Cli.Writing;

namespace PbnRewriter.Cli.Reverting;

/// <summary>
/// Takes rewrites back by their record. It needs no build and no restore: a solution that no longer loads comes back too.
/// What cannot be taken back now, since it was edited or is not there, stays in the record.
/// </summary>
internal sealed class Reverter(ICommandConsole console, string currentDirectory, Verbosity verbosity)
{
    public async Task<int> RunAsync(string path, Destination destination, CancellationToken cancellationToken)
    {
        var input = await InputPath.ResolveAsync(path, currentDirectory, cancellationToken);
        var isSettled = InterruptedWrite.Settle(input.Folder, destination, console.Error);
        var baseFolder = FilePaths.BaseOf(currentDirectory, input);
        var record = RewriteRecord.Read(input.Folder);
        if (record.Rewrites.IsEmpty)
        {
            if (isSettled)
            {
                return ExitCode.Done;
            }

            throw new RunException(
                ExitCode.Usage,
                $"no rewrite to take back: {input.Folder} holds no {RewriteRecord.FileName}, which pbn-rewrite leaves beside what it rewrites.\n"
                + "Name the path that was rewritten, or use your version control.");
        }

        var summary = destination == Destination.Diff ? console.Error : console.Out;
        var details = verbosity == Verbosity.Quiet ? TextWriter.Null : summary;
        var reversions = TakeBack(record);
        foreach (var file in Files(record).Where(file => !reversions.ContainsKey(file)))
        {
            summary.WriteLine($"{FilePaths.Relative(baseFolder, file)}: not there; put it back and run --revert again, or delete {RewriteRecord.FileName}");
        }

        KeepNeededReferences(reversions, baseFolder, summary);
        cancellationToken.ThrowIfCancellationRequested();

        ImmutableArray<FileEdit> edits = [.. reversions.Values.Select(each => each.Edit).Where(edit => !edit.IsEmpty)];
        var remaining = record.Rewrites
            .Select(files => files.Where(file => !reversions.TryGetValue(file.Path, out var reversion) || !reversion.IsWhole).ToImmutableArray())
            .Where(files => !files.IsEmpty)
            .ToImmutableArray();
        IChangeWriter.For(destination, console, baseFolder, input.Folder)
            .Write(destination == Destination.Disk ? edits.Add(record.Keeping(remaining)) : edits, cancellationToken);
        Summary.Show(destination, () => Report(reversions.Values, baseFolder, destination, summary, details));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Files(RewriteRecord record) =>
        record.Rewrites.SelectMany(files => files).Select(file => file.Path).Distinct(FilePaths.Comparer).Order(StringComparer.Ordinal);

    /// <summary>Takes the rewrites back, the newest first.</summary>
    private static SortedDictionary<string, Reversion> TakeBack(RewriteRecord record)
    {
        var reversions = new SortedDictionary<string, Reversion>(FilePaths.Comparer);
        foreach (var file in Files(record).Where(File.Exists))
        {
            reversions.Add(file, record.Rewrites.Reverse()
                .SelectMany(files => files.Where(edit => FilePaths.Comparer.Equals(edit.Path, file)))
                .Aggregate(Reversion.Of(file), (reversion, rewrite) => reversion.Through(rewrite)));
        }

        return reversions;
    }

    /// <summary>A project file keeps its reference to the runtime while a source of its folder names the runtime.</summary>
    private static void KeepNeededReferences(SortedDictionary<string, Reversion> reversions, string baseFolder, TextWriter summary)
    {
        foreach (var project in reversions.Values.Where(each => !IsSource(each.Path)).ToList())
        {
            var user = Sources(Path.GetDirectoryName(project.Path)!).FirstOrDefault(file =>
                Reversion.NamesRuntime(reversions.TryGetValue(file, out var reversion) ? reversion.Then : EncodedText.BytesOf(file)));
            if (user is not null)
            {
                reversions[project.Path] = project with { Then = project.Now, KeepsImport = true };
                summary.WriteLine(
                    $"{FilePaths.Relative(baseFolder, project.Path)}: keeps its reference to the runtime, which {FilePaths.Relative(baseFolder, user)} uses");
            }
        }
    }

    private void Report(
        IEnumerable<Reversion> reversions, string baseFolder, Destination destination, TextWriter summary, TextWriter details)
    {
        foreach (var reversion in reversions)
        {
            var file = FilePaths.Relative(baseFolder, reversion.Path);
            foreach (var line in reversion.Conflicts)
            {
                summary.WriteLine($"{file}({line}): left: the rewritten code was edited since");
            }

            if (!reversion.Edit.IsEmpty && verbosity >= Verbosity.Normal)
            {
                details.WriteLine($"{file}: {(reversion.IsEdited ? "taken back; what was edited since is kept" : "as before the rewrite")}");
            }
        }

        var count = Sentence.Count(reversions.Count(each => !each.Edit.IsEmpty), "file");
        summary.WriteLine(destination == Destination.Disk ? $"Took back the rewrite of {count}." : $"Would take back the rewrite of {count}; nothing was written.");
        if (reversions.Any(each => each.IsEdited))
        {
            details.WriteLine("Build before you go on: code that was edited since may need the rewritten types.");
        }
    }

    private static bool IsSource(string file) => file.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
