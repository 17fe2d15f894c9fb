namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>What a generated program is made from. The same value gives the same text, always.</summary>
/// <param name="Projects">The numbers of each project's <see cref="ProjectStyle"/>; a project references all before it.</param>
/// <param name="Files">The numbers of each file's <see cref="FileStyle"/>.</param>
/// <param name="Nodes">The nodes, each of which can take the values of those before it.</param>
internal sealed record TorchProgram(
    IReadOnlyList<IReadOnlyList<int>> Projects, IReadOnlyList<IReadOnlyList<int>> Files, IReadOnlyList<Node> Nodes);

/// <summary>One shape of a program, in a file.</summary>
/// <param name="Id">What names the node, so that the others keep theirs where one is taken out.</param>
/// <param name="File">The file, counted around.</param>
/// <param name="Numbers">The numbers that its shape and what fills it are made from.</param>
internal sealed record Node(int Id, int File, IReadOnlyList<int> Numbers);
