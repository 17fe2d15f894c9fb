namespace PbnRewriter.CodeFix.Flow;

/// <summary>
/// One occurrence of BatchNorm2d in the type of a place (a field, a parameter, the element of a list that a method returns)
/// or of a value. Slots between which values flow are united into one group, which gets one type.
/// </summary>
/// <remarks>A union-find node: the facts of a group are kept at its root.</remarks>
internal sealed class Slot
{
    private Slot? parent;
    private int size = 1;
    private GroupFacts facts = new();

    /// <summary>The slot that stands for the whole group.</summary>
    public Slot Root
    {
        get
        {
            var root = this;
            while (root.parent is { } next)
            {
                root = next;
            }

            for (var slot = this; slot.parent is { } next; slot = next)
            {
                slot.parent = root;
            }

            return root;
        }
    }

    /// <summary>What is known of the group.</summary>
    public GroupFacts Facts => Root.facts;

    /// <summary>Makes one group of two.</summary>
    public void Unite(Slot other)
    {
        var (large, small) = (Root, other.Root);
        if (large == small)
        {
            return;
        }

        if (large.size < small.size)
        {
            (large, small) = (small, large);
        }

        small.parent = large;
        large.size += small.size;
        large.facts.Add(small.facts);
        small.facts = new GroupFacts();
    }
}

/// <summary>What reaches a group, what it flows into, and why it was taken back where it was.</summary>
internal sealed class GroupFacts
{
    /// <summary>Whether a construction that is to be rewritten reaches the group.</summary>
    public bool HasSite { get; set; }

    /// <summary>Whether a value of plain BatchNorm2d reaches the group and stays one.</summary>
    public bool HasPlain { get; set; }

    /// <summary>Whether a value that a type test or a cast found reaches the group; it may be of either type.</summary>
    public bool HasTested { get; set; }

    /// <summary>Whether a test or cast of the group is to see both types whether or not a construction is rewritten.</summary>
    public bool IsAskedToSeeBoth { get; set; }

    /// <summary>What demands that the group stays BatchNorm2d, in words; null where nothing does.</summary>
    public string? Demand { get; set; }

    /// <summary>The compile error for which the group was taken back, in words; null where it was not.</summary>
    public string? TakenBack { get; set; }

    /// <summary>Whether the group's constructions are cast to the base type that its declared types take.</summary>
    public bool CastsSites { get; set; }

    public void Add(GroupFacts other)
    {
        HasSite |= other.HasSite;
        HasPlain |= other.HasPlain;
        HasTested |= other.HasTested;
        IsAskedToSeeBoth |= other.IsAskedToSeeBoth;
        Demand ??= other.Demand;
        TakenBack ??= other.TakenBack;
        CastsSites |= other.CastsSites;
    }
}

/// <summary>What becomes of the declared types of a group.</summary>
internal enum Verdict
{
    /// <summary>BatchNorm2d stays.</summary>
    Keep,

    /// <summary>Only rewritten constructions reach the group: PatchBatchNorm2d.</summary>
    Patch,

    /// <summary>Both types reach the group: their common base, BatchNorm.</summary>
    Base,
}
