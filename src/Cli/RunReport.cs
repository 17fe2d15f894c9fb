using System.Collections.Immutable;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli;

/// <summary>What a run comes to.</summary>
/// <param name="Rewrite">The engine's account.</param>
/// <param name="SourceFiles">The source files that change.</param>
/// <param name="ProjectFiles">The project files that change.</param>
/// <param name="Projects">How many projects reference TorchSharp.</param>
internal sealed record RunReport(
    RewriteReport Rewrite, ImmutableArray<string> SourceFiles, ImmutableArray<string> ProjectFiles, int Projects)
{
    public int Found => Rewrite.Sites.Length;

    public int Rewritten => Rewrite.Sites.Count(site => site.IsRewritten);
}
