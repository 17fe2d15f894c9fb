using Microsoft.CodeAnalysis.Diagnostics;

namespace PbnRewriter;

/// <summary>
/// What a rewritten site constructs. A null value is one that was not asked for here; see <see cref="Or"/>.
/// </summary>
/// <param name="Grid">Rows and columns of patches, each at least 1.</param>
public sealed record LayerOptions((int Rows, int Columns)? Grid = null)
{
    /// <summary>The .editorconfig key of the grid, in the form <c>RxC</c>.</summary>
    public const string GridKey = "PBN0001.grid";

    /// <summary>What is constructed where nothing else was asked for: a 2x2 grid.</summary>
    public static LayerOptions Default { get; } = new((2, 2));

    /// <summary>Reads the options that .editorconfig holds for one file. A value that cannot be read counts as absent.</summary>
    public static LayerOptions Read(AnalyzerConfigOptions config)
    {
        if (config is null)
        {
            throw new ArgumentNullException(nameof(config));
        }

        return config.TryGetValue(GridKey, out var text) && PatchGridText.TryParse(text, out var rows, out var columns)
            ? new LayerOptions((rows, columns))
            : new LayerOptions();
    }

    /// <summary>These options, with those of <paramref name="fallback"/> where these are null.</summary>
    public LayerOptions Or(LayerOptions fallback)
    {
        if (fallback is null)
        {
            throw new ArgumentNullException(nameof(fallback));
        }

        return new LayerOptions(Grid ?? fallback.Grid);
    }
}
