using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Methods: bodies, parameters, returns, iterators, asynchronous ones.</summary>
internal static class Methods
{
    public static readonly Shape[] All =
    [
        new("public static class $P\n{\n    public static $BN Make()\n    {\n        $body\n    }\n}", "$P.Make()"),
        new(
            """
            public class $P
            {
                public $BN Norm { get { $body } }
            }
            """,
            "new $P().Norm"),
        new(
            """
            public static class $P
            {
                public static async Task<$BN> Make()
                {
                    await Task.Yield();
                    $body
                }
            }
            """,
            "$P.Make().Result"),
        new(
            """
            public static class $P
            {
                public static Task<$BN> Make() => Task.FromResult($in);

                public static async ValueTask<$BN> Await() => await Make();
            }
            """,
            "$P.Await().Result"),
        new(
            """
            public static class $P
            {
                public static $BN Choose($BN first, $BN second = null) => first ?? second;
                public static $BN Chosen() => Choose(second: $in, first: $in);
            }
            """,
            "$P.Chosen()"),
        new(
            """
            public static class $P
            {
                public static void Fill($BN given, out $BN first, ref $BN second)
                {
                    first = given;
                    second = $in;
                }

                public static $BN Filled()
                {
                    var second = $in;
                    Fill($in, out var first, ref second);
                    return $flag ? first : second;
                }
            }
            """,
            "$P.Filled()"),
        new(
            """
            public static class $P
            {
                private static $BN norm = $in;
                public static ref $BN Norm() => ref norm;
                public static void Set() => Norm() = $in;
            }
            """,
            "$P.Norm()"),
        new(
            """
            public static class $P
            {
                public static $BN First(params $BN[] norms) => norms[0];
                public static $BN Called() => First($in, $in);
            }
            """,
            "$P.Called()"),
        new(
            """
            public static class $P
            {
                public static IEnumerable<$BN> Each()
                {
                    yield return $in;
                    yield return $in;
                }

                public static IEnumerable<$BN> All()
                {
                    foreach (var norm in Each()) yield return norm;
                }
            }
            """,
            "$P.All().First()"),
        new(
            """
            public static class $P
            {
                public static async IAsyncEnumerable<$BN> Each()
                {
                    await Task.Yield();
                    yield return $in;
                }

                public static async Task<$BN> Last()
                {
                    $BN last = null;
                    await foreach (var norm in Each()) last = norm;
                    return last;
                }
            }
            """,
            "$P.Last().Result"),
        new(
            """
            public static class $P
            {
                public static $BN $PFrozen(this $BN norm)
                {
                    norm.eval();
                    return norm;
                }

                public static $BN Made() => $in.$PFrozen();
            }
            """,
            "$P.Made()"),
        new(
            """
            public static class $P
            {
                public static ($BN Norm, $Modules.Conv2d Conv) Pair() => ($in, null);

                public static $BN Taken()
                {
                    var (norm, conv) = Pair();
                    return norm;
                }
            }
            """,
            "$P.Taken()"),
        new(
            """
            public static class $P
            {
                public static int Count($Module root, $BN skipped)
                {
                    var count = 0;
                    foreach (var module in root.modules())
                    {
                        if (module is $BN && module != skipped) count++;
                    }

                    return count;
                }

                public static int Counted() => Count($m, $in);
            }
            """),
        new(
            """
            public class $P
            {
                private readonly $BN norm;

                public $P($BN norm) => this.norm = norm;
                public static implicit operator $P($BN norm) => new $P(norm);
                public static explicit operator $BN($P made) => made.norm;
                public static $P Made() => $in;
                public static $BN Back() => ($BN)Made();
            }
            """,
            "$P.Back()"),
        new(
            """
            public class $P
            {
                private readonly $BN norm = $in;

                public static bool operator ==($P made, $BN norm) => made.norm == norm;
                public static bool operator !=($P made, $BN norm) => made.norm != norm;
                public override bool Equals(object other) => false;
                public override int GetHashCode() => 0;
                public static $BN Same() => new $P() == $in ? new $P().norm : $in;
            }
            """,
            "$P.Same()"),
    ];
}
