using PbnRewriter.CodeFix.Edits;
using PbnRewriter.CodeFix.Flow;

namespace PbnRewriter.CodeFix;

/// <summary>
/// Parts the changes of a rewrite into fixes that can be made one without the other. A group's changes are one fix; what any
/// rewritten layer may come to, such as a type test, is part of each.
/// </summary>
internal sealed class FixNumbers
{
    // Fixes are united as groups are: a slot stands for each.
    private readonly Slot every = new();
    private readonly Dictionary<Slot, Slot> fixes = [];
    private readonly Dictionary<Slot, int> numbers = [];

    public FixNumbers(ILookup<string, Edit> edits)
    {
        // A directive goes when no code of its file needs it any longer: that takes all the changes of the file.
        foreach (var file in edits.Where(file => file.Any(edit => IsImport(edit) && !edit.Span.IsEmpty)))
        {
            var parts = file.Where(edit => !IsImport(edit)).Select(edit => FixOf(edit.Group)).ToList();
            parts.ForEach(parts[0].Unite);
        }

        numbers.Add(every.Root, TextEdit.EveryFix);
    }

    /// <summary>The number of the fix that a change is part of; null for an import.</summary>
    public int? Of(Edit edit) => IsImport(edit) ? null : NumberOf(FixOf(edit.Group));

    /// <summary>The number of the fix that rewrites the constructions of a group.</summary>
    public int Of(Slot group) => NumberOf(FixOf(group));

    private static bool IsImport(Edit edit) => edit.Owner is null;

    private Slot FixOf(Slot? group)
    {
        if (group is null || group.Facts.HasTested)
        {
            return every;
        }

        if (!fixes.TryGetValue(group.Root, out var fix))
        {
            fixes.Add(group.Root, fix = new Slot());
        }

        return fix;
    }

    private int NumberOf(Slot fix)
    {
        if (!numbers.TryGetValue(fix.Root, out var number))
        {
            numbers.Add(fix.Root, number = numbers.Count);
        }

        return number;
    }
}
