using System.Globalization;

namespace PbnRewriter;

/// <summary>
/// The text form of a patch grid, <c>"RxC"</c>: rows, an <c>x</c>, columns. It is the form of the command line, of
/// .editorconfig and of <c>PatchGrid.Parse</c>; this file is compiled into each of them.
/// </summary>
internal static class PatchGridText
{
    /// <summary>What the form looks like, for messages.</summary>
    public const string Form = "RxC with whole numbers of at least 1, such as 2x2";

    /// <summary>Reads rows and columns; false where the text is not of the form or a number is below 1.</summary>
    public static bool TryParse(string? text, out int rows, out int columns)
    {
        rows = 0;
        columns = 0;
        if (text is null)
        {
            return false;
        }

        var separator = text.IndexOf('x');
        if (separator < 0)
        {
            separator = text.IndexOf('X');
        }

        return separator > 0
            && TryParseCount(text.Substring(0, separator), out rows)
            && TryParseCount(text.Substring(separator + 1), out columns);
    }

    /// <summary>Writes rows and columns in the form that <see cref="TryParse"/> reads.</summary>
    public static string Format(int rows, int columns) =>
        rows.ToString(CultureInfo.InvariantCulture) + "x" + columns.ToString(CultureInfo.InvariantCulture);

    private static bool TryParseCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out count)
        && count >= 1;
}
