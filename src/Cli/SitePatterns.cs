using System.Collections.Immutable;

namespace PbnRewriter.Cli;

/// <summary>Which sites are asked for; empty lists ask for all.</summary>
/// <param name="Include">Globs of files that are rewritten.</param>
/// <param name="Exclude">Globs of files that are not; these win.</param>
/// <param name="Sites">Patterns of <c>Type.Member</c>, with <c>*</c> and <c>?</c>, whose sites are rewritten.</param>
internal sealed record SitePatterns(ImmutableArray<string> Include, ImmutableArray<string> Exclude, ImmutableArray<string> Sites);
