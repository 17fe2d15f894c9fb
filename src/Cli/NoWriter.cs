using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>Writes nothing: a dry run.</summary>
internal sealed class NoWriter : IChangeWriter
{
    public void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken)
    {
    }
}
