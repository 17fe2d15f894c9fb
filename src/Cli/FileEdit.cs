using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>The bytes of one file before and after.</summary>
internal sealed record FileEdit(string Path, ImmutableArray<byte> Before, ImmutableArray<byte> After);
