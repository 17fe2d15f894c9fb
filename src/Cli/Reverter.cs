using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>
/// Takes rewrites back by their record. It needs no build and no restore: a solution that no longer loads comes back too.
/// </summary>
internal sealed class Reverter(ICommandConsole console, string currentDirectory)
{
    public async Task<int> RunAsync(string path, Destination destination, CancellationToken cancellationToken)
    {
        var input = await InputPath.ResolveAsync(path, currentDirectory, cancellationToken);
        var baseFolder = FilePaths.BaseOf(currentDirectory, input);
        var record = RewriteRecord.Read(input.Folder);
        if (record.Files.IsEmpty)
        {
            throw new RunException(
                ExitCode.Usage,
                $"no rewrite to take back: {input.Folder} holds no {RewriteRecord.FileName}, which pbn-rewrite leaves beside what it rewrites.\n"
                + "Name the path that was rewritten, or use your version control.");
        }

        var summary = destination == Destination.Diff ? console.Error : console.Out;
        var reversions = new List<Reversion>();
        foreach (var file in record.Files)
        {
            if (File.Exists(file.Path))
            {
                reversions.Add(Reversion.Of(file, EncodedText.BytesOf(file.Path)));
            }
            else
            {
                summary.WriteLine($"{FilePaths.Relative(baseFolder, file.Path)}: deleted since the rewrite");
            }
        }

        KeepNeededReferences(reversions, input, baseFolder, summary);
        cancellationToken.ThrowIfCancellationRequested();

        ImmutableArray<FileEdit> edits = [.. reversions.Select(each => each.Edit).Where(edit => !edit.IsEmpty)];
        IChangeWriter.For(destination, console, baseFolder).Write(destination == Destination.Disk ? edits.Add(record.Removal()) : edits);
        Report(reversions, baseFolder, destination, summary);
        return ExitCode.Done;
    }

    /// <summary>Project files keep their reference to the runtime while a source names it.</summary>
    private static void KeepNeededReferences(List<Reversion> reversions, InputPath input, string baseFolder, TextWriter summary)
    {
        var projects = reversions.Where(each => !IsSource(each.Edit.Path)).ToList();
        if (projects.Count == 0)
        {
            return;
        }

        var reverted = reversions.ToDictionary(each => each.Edit.Path, each => each.Edit.After!.Value, FilePaths.Comparer);
        var user = projects.Select(each => Path.GetDirectoryName(each.Edit.Path)!).Append(input.Folder)
            .SelectMany(Sources).Distinct(FilePaths.Comparer)
            .FirstOrDefault(file => Reversion.NamesRuntime(reverted.TryGetValue(file, out var bytes) ? bytes : EncodedText.BytesOf(file)));
        if (user is null)
        {
            return;
        }

        foreach (var project in projects)
        {
            reversions[reversions.IndexOf(project)] = project.Dropped();
            summary.WriteLine(
                $"{FilePaths.Relative(baseFolder, project.Edit.Path)}: keeps its reference to the runtime, which {FilePaths.Relative(baseFolder, user)} uses");
        }
    }

    private static void Report(List<Reversion> reversions, string baseFolder, Destination destination, TextWriter summary)
    {
        foreach (var (edit, isEdited, conflicts) in reversions)
        {
            var file = FilePaths.Relative(baseFolder, edit.Path);
            foreach (var line in conflicts)
            {
                summary.WriteLine($"{file}({line}): left: the rewritten code was edited since");
            }

            if (!edit.IsEmpty)
            {
                summary.WriteLine($"{file}: {(isEdited ? "taken back; what was edited since is kept" : "as before the rewrite")}");
            }
        }

        var count = Sentence.Count(reversions.Count(each => !each.Edit.IsEmpty), "file");
        summary.WriteLine(destination == Destination.Disk ? $"Took back the rewrite of {count}." : $"Would take back the rewrite of {count}; nothing was written.");
        if (reversions.Any(each => each.IsEdited))
        {
            summary.WriteLine("Build before you go on: code that was written since may need the rewritten types.");
        }
    }

    private static bool IsSource(string file) => file.EndsWith(".cs", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => !Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
