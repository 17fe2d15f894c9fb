using Microsoft.CodeAnalysis.Text;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix.Edits;

/// <summary>A change of the text of one file, and the group for whose sake it is made; null for an import.</summary>
internal sealed record Edit(string Path, TextSpan Span, string NewText, Slot? Owner)
{
    /// <summary>Where the rewritten call starts that the change is part of; null for other changes.</summary>
    public int? Call { get; init; }

    /// <summary>
    /// The group whose rewrite makes the change; null where every rewrite does, since any layer may come there, and for an
    /// import.
    /// </summary>
    public Slot? Group { get; init; } = Owner;
}

/// <summary>The edits of a rewrite, each once, however many compilations a file is part of.</summary>
internal sealed class EditList
{
    private readonly Dictionary<(string Path, TextSpan Span), Edit> edits = [];

    /// <summary>The edits of each file, by position.</summary>
    public ILookup<string, Edit> ByPath => edits.Values.OrderBy(edit => edit.Span.Start).ThenBy(edit => edit.Span.End).ToLookup(edit => edit.Path);

    /// <summary>
    /// Adds an edit. Where two compilations of one file ask for different names at one place, the longer one is right in
    /// both: a name is only ever longer for being less ambiguous.
    /// </summary>
    public void Add(Edit edit)
    {
        var key = (edit.Path, edit.Span);
        if (!edits.TryGetValue(key, out var other) || other.NewText.Length < edit.NewText.Length)
        {
            edits[key] = edit;
        }
    }

    public void AddRange(IEnumerable<Edit> more)
    {
        foreach (var edit in more)
        {
            Add(edit);
        }
    }

    public void Remove(Edit edit) => edits.Remove((edit.Path, edit.Span));
}
