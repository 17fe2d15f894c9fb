using System.Collections.Immutable;
using PbnRewriter.Cli.Text;
using PbnRewriter.CodeFix;

namespace PbnRewriter.Cli.Reports;

/// <summary>What a run comes to.</summary>
/// <param name="Rewrite">The engine's account.</param>
/// <param name="SourceFiles">The source files that change.</param>
/// <param name="ProjectFiles">The project files that change.</param>
/// <param name="Projects">How many projects reference TorchSharp.</param>
internal sealed record RunReport(
    RewriteReport Rewrite, ImmutableArray<FileEdit> SourceFiles, ImmutableArray<FileEdit> ProjectFiles, int Projects)
{
    /// <summary>The changes of project files that a source file needs with its own, by the path that the engine gives it.</summary>
    public ILookup<string, FileEdit> Needs { get; init; } = Enumerable.Empty<FileEdit>().ToLookup(edit => edit.Path);

    public int Found => Rewrite.Sites.Length;

    public int Rewritten => Rewrite.Sites.Count(site => site.IsRewritten);
}
