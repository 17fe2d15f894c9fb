namespace PbnRewriter.Runtime;

/// <summary>How many patches a feature map is cut into: rows times columns.</summary>
/// <remarks>
/// Both counts are at least 1; every value of this type is a usable grid. <c>default</c> is 1x1, the whole map as one
/// patch. A grid larger than the feature map that it meets is clamped to it, a patch being at least one position.
/// </remarks>
public readonly record struct PatchGrid
{
    // Counted from 1 so that default(PatchGrid), which no constructor sees, is a grid too.
    private readonly int _furtherRows;
    private readonly int _furtherColumns;

    /// <summary>Makes a grid of <paramref name="rows"/> times <paramref name="columns"/> patches.</summary>
    /// <param name="rows">Patches along the height, at least 1.</param>
    /// <param name="columns">Patches along the width, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public PatchGrid(int rows, int columns)
    {
        _furtherRows = Further(rows, nameof(rows));
        _furtherColumns = Further(columns, nameof(columns));
    }

    /// <summary>Patches along the height, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int Rows
    {
        get => _furtherRows + 1;
        init => _furtherRows = Further(value, nameof(Rows));
    }

    /// <summary>Patches along the width, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int Columns
    {
        get => _furtherColumns + 1;
        init => _furtherColumns = Further(value, nameof(Columns));
    }

    /// <summary>Lets <c>grid: (2, 3)</c> stand for two rows and three columns.</summary>
    /// <param name="grid">Rows and columns, each at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public static implicit operator PatchGrid((int Rows, int Columns) grid) => new(grid.Rows, grid.Columns);

    /// <summary>Reads a grid such as <c>2x3</c>, rows first.</summary>
    /// <param name="text">Rows, an <c>x</c>, columns; both whole numbers of at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException"><paramref name="text"/> is not of that form.</exception>
    public static PatchGrid Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var grid)
            ? grid
            : throw new FormatException($"'{text}' is no patch grid; expected {PatchGridText.Form}.");
    }

    /// <summary>Reads a grid such as <c>2x3</c>, rows first; false where the text is not of that form.</summary>
    /// <param name="text">Rows, an <c>x</c>, columns; both whole numbers of at least 1.</param>
    /// <param name="grid">The grid, or 1x1 where there is none.</param>
    public static bool TryParse(string? text, out PatchGrid grid)
    {
        var isGrid = PatchGridText.TryParse(text, out var rows, out var columns);
        grid = isGrid ? new PatchGrid(rows, columns) : default;
        return isGrid;
    }

    /// <summary>Takes the grid apart into rows and columns.</summary>
    /// <param name="rows">Patches along the height.</param>
    /// <param name="columns">Patches along the width.</param>
    public void Deconstruct(out int rows, out int columns) => (rows, columns) = (Rows, Columns);

    /// <summary>Writes the grid in the form that <see cref="Parse"/> reads, such as <c>2x3</c>.</summary>
    public override string ToString() => PatchGridText.Format(Rows, Columns);

    private static int Further(int count, string name) =>
        count >= 1
            ? count - 1
            : throw new ArgumentOutOfRangeException(name, count, "A patch grid has at least one row and one column.");
}
