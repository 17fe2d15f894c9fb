using System.Collections.Immutable;

namespace PbnRewriter.CodeFix;

/// <summary>What a rewrite is asked to do.</summary>
/// <param name="Layer">
/// What to construct; it wins over the .editorconfig of each file, which wins over <see cref="LayerOptions.Default"/>.
/// </param>
/// <param name="WholeGroups">
/// Whether a site takes along the other sites whose values meet its own in a declared type, so that the type can follow
/// them all. Those for which PBN0001 is suppressed or off are not taken along. A place that a rewritten and a staying site
/// both reach takes their base type, BatchNorm.
/// </param>
public sealed record RewriteOptions(LayerOptions Layer, bool WholeGroups = false)
{
    /// <summary>Is told each stage when it starts; they repeat where a part of the rewrite is taken back.</summary>
    public IProgress<RewriteStage>? Progress { get; init; }

    /// <summary>
    /// The files that are not to be edited, by the paths that documents have, each with the reason in words for the report: like
    /// generated code, they go on with BatchNorm2d, and what flows into them stays. Their sites are left whether or not they
    /// are given.
    /// </summary>
    public IImmutableDictionary<string, string> FixedFiles { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Everything from .editorconfig and the defaults.</summary>
    public static RewriteOptions Default { get; } = new(new LayerOptions());
}

/// <summary>What a rewrite is at.</summary>
public enum RewriteStage
{
    /// <summary>Following the values, and deciding what becomes of each place.</summary>
    Planning,

    /// <summary>Compiling the rewritten code to see that nothing breaks.</summary>
    Compiling,
}
