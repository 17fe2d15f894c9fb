using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>Takes the changed files: all of them or, with a <see cref="RunException"/>, none.</summary>
internal interface IChangeWriter
{
    void Write(ImmutableArray<FileEdit> edits);

    /// <summary>The writer of a destination.</summary>
    static IChangeWriter For(Destination destination, ICommandConsole console, string baseFolder) => destination switch
    {
        Destination.Disk => new DiskWriter(),
        Destination.Diff => new DiffWriter(console, baseFolder),
        _ => new NoWriter(),
    };
}
