using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>All that a node can be. The first is the simplest, and what a program shrinks to.</summary>
internal static class Places
{
    public static readonly Shape[] All =
    [
        .. Members.All,
        .. Methods.All,
        .. Inheritance.All,
        .. Records.All,
        .. Containers.All,
        .. Delegates.All,
        .. Generics.All,
        .. NotOurs.All,
    ];
}
