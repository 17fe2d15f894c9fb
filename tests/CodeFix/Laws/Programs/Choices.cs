namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>
/// The numbers that a part of a program is made from, read one after the other. The first option is the simplest one, and it
/// is what there is once the numbers have run out: fewer and smaller numbers give a simpler program, which is all that
/// shrinking needs to know.
/// </summary>
internal sealed class Choices(IReadOnlyList<int> numbers)
{
    private int next;

    /// <summary>The next number; 0 where there is none.</summary>
    public int Next() => next < numbers.Count ? numbers[next++] : 0;

    /// <summary>An index below <paramref name="count"/>.</summary>
    public int Below(int count) => Next() % count;

    /// <summary>One of the options, the first one the simplest.</summary>
    public T Of<T>(params IReadOnlyList<T> options) => options[Below(options.Count)];

    /// <summary>True in one of <paramref name="times"/> cases, and never where the numbers have run out.</summary>
    public bool OneIn(int times) => Below(times) == times - 1;
}
