using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Arrays, lists, dictionaries and TorchSharp's own containers as the types of members.</summary>
internal static class Containers
{
    public static readonly Shape[] All =
    [
        new("public static class $P\n{\n    public static $BN[] Norms = { $in, $in };\n}", "$P.Norms[0]"),
        new("public static class $P\n{\n    public static readonly List<$BN> Norms = new List<$BN> { $in };\n}", "$P.Norms[0]"),
        new("public static class $P\n{\n    public static List<$BN> Norms { get; } = new() { $in, $in };\n}", "$P.Norms.Last()"),
        new("public static class $P\n{\n    public static IReadOnlyList<$BN> Norms => [$in, $in];\n}", "$P.Norms[1]", Since: 12),
        new("public static class $P\n{\n    public static Dictionary<string, $BN> Norms = new() { [\"a\"] = $in };\n}", "$P.Norms[\"a\"]"),
        new("public static class $P\n{\n    public static $BN[][] Norms = { new[] { $in }, new $BN[] { $in } };\n}", "$P.Norms[0][0]"),
        new("public static class $P\n{\n    public static $BN[,] Norms = { { $in, $in } };\n}", "$P.Norms[0, 1]"),
        new("public static class $P\n{\n    public static Lazy<$BN> Norm = new Lazy<$BN>(() => $in);\n}", "$P.Norm.Value"),
        new("public static class $P\n{\n    public static List<($BN Norm, int Width)> Pairs = new() { ($in, 8) };\n}", "$P.Pairs[0].Norm"),
        new(
            """
            public class $P
            {
                private readonly $Modules.ModuleList<$BN> norms = $nn.ModuleList($in, $in);
                private readonly $Modules.ModuleDict<$BN> named = $nn.ModuleDict(("a", $in));

                public $P() => norms.Add($in);

                public $BN First() => $flag ? norms[0] : named["a"];
            }
            """,
            "new $P().First()"),
        new(
            """
            public class $P
            {
                private readonly $Modules.Sequential layers = $nn.Sequential(("conv", $nn.Conv2d(3, 8, 3)), ("bn", $in));
                private readonly object norm = $in;
                private readonly $Module module = $in;

                public int Count() => layers.children().Count(each => each is $BN) + (norm is $BN ? 1 : 0);
            }
            """),
        new(
            """
            public static class $P
            {
                public static readonly Dictionary<string, List<$BN>> Norms = new Dictionary<string, List<$BN>>();

                public static $BN Added()
                {
                    if (!Norms.TryGetValue("a", out var list)) Norms["a"] = list = new List<$BN>();
                    list.Add($in);
                    return Norms.Values.SelectMany(each => each).Where(each => each.affine).ToArray()[0];
                }
            }
            """,
            "$P.Added()"),
        new(
            """
            public static class $P
            {
                public static IEnumerable<$BN> Projected => Enumerable.Range(1, 3).Select(i => $in);
                public static IEnumerable<$BN> Queried => from norm in Projected where norm.affine select norm;
                public static $BN First => Queried.Concat(Projected).FirstOrDefault(norm => norm.training);
            }
            """,
            "$P.First"),
        new(
            """
            public static class $P
            {
                public static readonly Stack<$BN> Norms = new();
                public static $BN Popped()
                {
                    Norms.Push($in);
                    return Norms.Pop();
                }
            }
            """,
            "$P.Popped()"),
    ];
}
