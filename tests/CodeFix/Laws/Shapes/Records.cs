using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Records, primary constructors and deconstruction.</summary>
internal static class Records
{
    public static readonly Shape[] All =
    [
        new("public record $P($BN Norm, int Width)\n{\n    public static $P Made() => new($in, 8);\n}", "$P.Made().Norm"),
        new(
            """
            public record $P(string Name, $BN Norm)
            {
                public static $BN Taken()
                {
                    var made = new $P("a", $in) with { Norm = $in };
                    var (name, norm) = made;
                    return norm;
                }
            }
            """,
            "$P.Taken()"),
        new(
            """
            public record $PBase($BN Norm);

            public record $P(int Width, $BN Norm) : $PBase(Norm)
            {
                public static $PBase Made() => new $P(8, $in);
            }
            """,
            "$P.Made().Norm"),
        new(
            """
            public readonly record struct $P($BN Norm)
            {
                public static $P Made => new $P(Norm: $in);
            }
            """,
            "$P.Made.Norm",
            Since: 10),
        new(
            """
            public class $P($BN given, int width)
            {
                public $BN Given => given;
                public int Width => width;
                public static $P Made() => new $P($in, 8);
            }
            """,
            "$P.Made().Given",
            Since: 12),
        new(
            """
            public class $P
            {
                private readonly $BN norm = $in;

                public void Deconstruct(out $BN first, out int width)
                {
                    first = norm;
                    width = 8;
                }

                public static $BN Taken()
                {
                    var (first, width) = new $P();
                    return first;
                }

                public static bool Tested(object o) => o is $P($BN norm, 8) && norm.affine;
            }
            """,
            "$P.Taken()"),
        new(
            """
            public record $P<T>(T Norm);

            public static class $PMade
            {
                public static $P<$BN> Made() => new $P<$BN>($in);
            }
            """,
            "$PMade.Made().Norm"),
    ];
}
