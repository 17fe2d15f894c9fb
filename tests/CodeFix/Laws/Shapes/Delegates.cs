using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Delegates of the framework and of the program, events, method groups.</summary>
internal static class Delegates
{
    public static readonly Shape[] All =
    [
        new("public static class $P\n{\n    public static readonly Func<$BN> Make = () => $in;\n}", "$P.Make()"),
        new("public static class $P\n{\n    public static Func<long, $BN> Make { get; set; } = channels => { $body };\n}", "$P.Make(8)"),
        new(
            """
            public delegate $BN $PFactory(long channels);

            public class $P
            {
                private readonly $PFactory make;
                public $P($PFactory make) => this.make = make;
                public static $BN Norm(long channels) => $in;
                public static $BN Made() => new $P(Norm).make(8);
                public static $BN Other() => new $P(channels => $in).make(8);
            }
            """,
            "$P.Made()"),
        new(
            """
            public class $P
            {
                private readonly $BN bn1;

                public $P(Func<long, $BN> norm_layer = null)
                {
                    norm_layer ??= channels => $in;
                    bn1 = norm_layer(64);
                }

                public static $P Made() => new $P(channels => $in);
                public $BN First() => bn1;
            }
            """,
            "$P.Made().First()"),
        new(
            """
            public class $P
            {
                public event Action<$BN> Changed;
                public event EventHandler<$BN> Moved;

                public void Raise()
                {
                    Changed += norm => norm.eval();
                    Changed += Seen;
                    Moved += (sender, norm) => norm.train();
                    Changed?.Invoke($in);
                    Moved?.Invoke(this, $in);
                }

                private void Seen($BN norm) { }
            }
            """),
        new(
            """
            public static class $P
            {
                public static Func<$BN, $BN> Then = norm => norm ?? $in;
                public static $BN Applied() => new List<$BN> { $in }.ConvertAll(each => Then(each))[0];
                public static $BN Grouped() => new[] { $in }.Select(Same).First();
                private static $BN Same($BN norm) => norm;
            }
            """,
            "$P.Applied()"),
        new(
            """
            public static class $P
            {
                public static Func<$BN> Curried() => () => $in;
                public static readonly Func<Func<$BN>> Twice = Curried;
            }
            """,
            "$P.Twice()()"),
        new(
            """
            public static class $P
            {
                public static Func<long, $Module> Wide() => channels => $in;
                public static Func<$Module> Covariant = () => $in;
                public static Func<$Module> Converted = new Func<$BN>(() => $in);
            }
            """),
        new(
            """
            public static class $P
            {
                public static readonly System.Linq.Expressions.Expression<Func<$BN>> Tree = () => Make();
                private static $BN Make() => $in;
            }
            """,
            "$P.Tree.Compile()()"),
    ];
}
