using System.Collections.Immutable;
using PbnRewriter.Cli.Text;

namespace PbnRewriter.Cli.Writing;

/// <summary>Writes nothing: a dry run.</summary>
internal sealed class NoWriter : IChangeWriter
{
    public void Write(ImmutableArray<FileEdit> edits, CancellationToken cancellationToken)
    {
    }
}
