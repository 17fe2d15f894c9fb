namespace PbnRewriter.CodeFix;

/// <summary>What a rewrite is asked to do.</summary>
/// <param name="Layer">
/// What to construct; it wins over the .editorconfig of each file, which wins over <see cref="LayerOptions.Default"/>.
/// </param>
public sealed record RewriteOptions(LayerOptions Layer)
{
    /// <summary>Everything from .editorconfig and the defaults.</summary>
    public static RewriteOptions Default { get; } = new(new LayerOptions());
}
