using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws;

/// <summary>
/// Makes a program that breaks a law small. CsCheck looks for smaller ones at random, which seldom comes upon a program of
/// one shape; this takes parts out of the one at hand, as long as it breaks the same law.
/// </summary>
internal sealed class Shrinking(Func<TorchProgram, Task<LawBrokenException?>> broken)
{
    /// <summary>The smallest program found that breaks the law that a program breaks, and how it breaks it.</summary>
    public async Task<LawBrokenException?> SmallestAsync(TorchProgram program)
    {
        var best = await broken(program);
        var isSmaller = best is not null;
        while (isSmaller)
        {
            isSmaller = false;
            foreach (var smaller in Smaller(program))
            {
                if (await broken(smaller) is { } again && again.Law == best!.Law)
                {
                    (program, best, isSmaller) = (smaller, again, true);
                    break;
                }
            }
        }

        return best;
    }

    private static IEnumerable<TorchProgram> Smaller(TorchProgram program)
    {
        for (var index = 0; index < program.Nodes.Count; index++)
        {
            yield return program with { Nodes = Without(program.Nodes, index) };
        }

        foreach (var files in Simpler(program.Files))
        {
            yield return program with { Files = files };
        }

        foreach (var projects in Simpler(program.Projects))
        {
            yield return program with { Projects = projects };
        }

        for (var index = 0; index < program.Nodes.Count; index++)
        {
            var node = program.Nodes[index];
            foreach (var numbers in Simpler(node.Numbers))
            {
                yield return program with { Nodes = With(program.Nodes, index, node with { Numbers = numbers }) };
            }
        }
    }

    private static IEnumerable<IReadOnlyList<IReadOnlyList<int>>> Simpler(IReadOnlyList<IReadOnlyList<int>> lists)
    {
        for (var index = 0; index < lists.Count; index++)
        {
            if (lists.Count > 1)
            {
                yield return Without(lists, index);
            }

            foreach (var numbers in Simpler(lists[index]))
            {
                yield return With(lists, index, numbers);
            }
        }
    }

    /// <summary>The numbers cut short, with some taken out, and with one made 0.</summary>
    private static IEnumerable<IReadOnlyList<int>> Simpler(IReadOnlyList<int> numbers)
    {
        for (var length = 0; length < numbers.Count; length = (length * 2) + 1)
        {
            yield return [.. numbers.Take(length)];
        }

        for (var size = 4; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= numbers.Count; start++)
            {
                yield return [.. numbers.Take(start), .. numbers.Skip(start + size)];
            }
        }

        for (var index = 0; index < numbers.Count; index++)
        {
            if (numbers[index] != 0)
            {
                yield return With(numbers, index, 0);
            }
        }
    }

    private static IReadOnlyList<T> Without<T>(IReadOnlyList<T> list, int index) => [.. list.Take(index), .. list.Skip(index + 1)];

    private static IReadOnlyList<T> With<T>(IReadOnlyList<T> list, int index, T value) => [.. list.Take(index), value, .. list.Skip(index + 1)];
}
