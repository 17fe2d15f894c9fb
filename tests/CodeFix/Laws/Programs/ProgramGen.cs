using CsCheck;

namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>Generates programs. All that CsCheck has to shrink is lists of numbers; see <see cref="Choices"/>.</summary>
internal static class ProgramGen
{
    private static readonly Gen<int> Number = Gen.Int[0, 999];

    private static readonly Gen<IReadOnlyList<int>> Style = Number.Array[0, 12].Select(numbers => (IReadOnlyList<int>)numbers);

    private static readonly Gen<Node> Node =
        Gen.Select(Number, Gen.Int[0, 3], Number.Array[0, 40], (id, file, numbers) => new Node(id, file, numbers));

    public static readonly Gen<TorchProgram> Program = Gen.Select(
        Style.Array[1, 3],
        Style.Array[1, 4],
        Node.Array[1, 6],
        (projects, files, nodes) => new TorchProgram(projects, files, [.. nodes.DistinctBy(node => node.Id)]));
}
