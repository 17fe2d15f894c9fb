namespace PbnRewriter.CodeFix.Edits;

/// <summary>Where positions of one text are in the other, before and after edits.</summary>
/// <param name="edits">The edits of one file, by position.</param>
internal sealed class TextMap(IEnumerable<Edit> edits)
{
    private readonly IReadOnlyList<Edit> edits = [.. edits];

    /// <summary>Where a position of the edited text was before; the start of the edit for one inside new text.</summary>
    public int Before(int position)
    {
        var shift = 0;
        foreach (var edit in edits)
        {
            var start = edit.Span.Start + shift;
            if (position < start)
            {
                break;
            }

            if (position < start + edit.NewText.Length)
            {
                return edit.Span.Start;
            }

            shift += edit.NewText.Length - edit.Span.Length;
        }

        return position - shift;
    }

    /// <summary>Where a position of the text before is after the edits; null for one inside replaced text.</summary>
    public int? After(int position)
    {
        var shift = 0;
        foreach (var edit in edits)
        {
            if (position < edit.Span.Start)
            {
                break;
            }

            if (position < edit.Span.End)
            {
                return null;
            }

            shift += edit.NewText.Length - edit.Span.Length;
        }

        return position + shift;
    }
}
