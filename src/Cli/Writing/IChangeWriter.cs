using System.Collections.Immutable;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Writing;

/// <summary>Takes the changed files: all of them or, with a <see cref="RunException"/> or cancelled, none.</summary>
internal interface IChangeWriter
{
    void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken);

    /// <summary>The writer of a destination.</summary>
    static IChangeWriter For(Destination destination, ICommandConsole console, string baseFolder, string journalFolder) => destination switch
    {
        Destination.Disk => new DiskWriter(journalFolder),
        Destination.Diff => new DiffWriter(console, baseFolder),
        _ => new NoWriter(),
    };
}
