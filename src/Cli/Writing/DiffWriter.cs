using System.Collections.Immutable;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Writing;

/// <summary>Prints the diff and writes no file.</summary>
/// <param name="console">Where the diff goes, and a note of where its paths start unless that is <paramref name="baseFolder"/>.</param>
/// <param name="baseFolder">Where paths start, as far as all files lie below it.</param>
internal sealed class DiffWriter(ICommandConsole console, string baseFolder) : IChangeWriter
{
    // git apply does not go beyond symbolic links, nor change what they lead to.
    private readonly RealPaths realPaths = new();

    public void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken)
    {
        var realBase = realPaths.Of(baseFolder);
        var files = edits.Select(edit => realPaths.Of(edit.Path)).ToList();
        var start = StartOf(realBase, files);
        if (start != realBase)
        {
            console.Error.WriteLine($"note: the diff is of files outside {baseFolder} too: its paths start at {start}, where git apply takes it.");
        }

        foreach (var (edit, file) in edits.Zip(files))
        {
            console.WriteBytes(UnifiedDiff.Create(edit, FilePaths.Relative(start, file)));
        }
    }

    // git apply refuses a path with '..', and takes any path from the top of the repository.
    private static string StartOf(string folder, IReadOnlyCollection<string> files)
    {
        var holdsAll = Above(folder).Where(each => files.All(file => FilePaths.IsBelow(each, file))).ToList();
        return holdsAll.Count == 0 || holdsAll[0] == folder ? folder : holdsAll.Find(IsRepository) ?? holdsAll[0];
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (string? each = folder; each is not null; each = Path.GetDirectoryName(each))
        {
            yield return each;
        }
    }

    // A worktree and a submodule have a file of that name.
    private static bool IsRepository(string folder) => Path.Exists(Path.Combine(folder, ".git"));
}
