using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>Takes the changed files: all of them or, with a <see cref="RunException"/>, none.</summary>
internal interface IChangeWriter
{
    void Write(ImmutableArray<FileEdit> edits);
}
