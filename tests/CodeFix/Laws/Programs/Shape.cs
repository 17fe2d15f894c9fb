namespace PbnRewriter.CodeFix.Tests.Laws.Programs;

/// <summary>A piece of a program that a BatchNorm2d moves through, or that tests for one: C# with placeholders.</summary>
/// <param name="Code">
/// The text. Each placeholder is filled on its own, from the choices of the node that the shape is used in:
/// <list type="table">
/// <item><term>$in</term><description>a BatchNorm2d: a construction, an earlier node's value, or either in an expression</description></item>
/// <item><term>$m, $o, $t</term><description>a tested value: a Module, an object, or any of those and $in</description></item>
/// <item><term>$BN, $Module, $Modules.X, $nn</term><description>the names of TorchSharp, in a spelling that the file's usings allow</description></item>
/// <item><term>$Pattern</term><description>a name of BatchNorm2d as a pattern without a name or subpatterns, or in an <c>or</c></description></item>
/// <item><term>$flag</term><description>a bool that is no constant</description></item>
/// <item><term>$P</term><description>the node's name, unique in the program, to name types with</description></item>
/// <item><term>$v, $w, $u</term><description>names for locals, each the same within one use of the shape and unique outside of it</description></item>
/// <item><term>$body</term><description>statements of <see cref="Shapes.Steps"/> that end in a return of a BatchNorm2d</description></item>
/// </list>
/// </param>
/// <param name="Out">An expression that reads the value from outside; null for a shape that gives none.</param>
/// <param name="Since">The first version of C# that compiles it.</param>
internal sealed record Shape(string Code, string? Out = null, int Since = 9);

internal static class ShapeVersions
{
    /// <summary>The shape, or the first of all where the project's C# is too old for it.</summary>
    public static Shape For(this Shape shape, ProjectStyle project, IReadOnlyList<Shape> all) => shape.Since <= project.Version ? shape : all[0];
}
