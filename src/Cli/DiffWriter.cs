using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>Prints the diff and writes no file.</summary>
internal sealed class DiffWriter(ICommandConsole console, string baseFolder) : IChangeWriter
{
    public void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken)
    {
        foreach (var edit in edits)
        {
            console.WriteBytes(UnifiedDiff.Create(edit, FilePaths.Relative(baseFolder, edit.Path)));
        }
    }
}
