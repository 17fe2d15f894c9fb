using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Interfaces, overrides, abstract and explicitly implemented members.</summary>
internal static class Inheritance
{
    public static readonly Shape[] All =
    [
        new(
            """
            public interface I$P
            {
                $BN Norm { get; }
            }

            public class $P : I$P
            {
                public $BN Norm => $in;
                public static I$P Made() => new $P();
            }
            """,
            "$P.Made().Norm"),
        new(
            """
            public interface I$P
            {
                $BN Make($BN old);
            }

            public class $P : I$P
            {
                $BN I$P.Make($BN old) => old ?? $in;
                public static I$P Made() => new $P();
            }
            """,
            "$P.Made().Make(null)"),
        new(
            """
            public abstract class $PBase
            {
                public abstract $BN Make(long channels);
                public virtual $BN Norm { get; set; }
            }

            public class $P : $PBase
            {
                public override $BN Make(long channels) => $in;
                public override $BN Norm { get => base.Norm ?? $in; set => base.Norm = value; }
                public static $PBase Made() => new $P();
            }
            """,
            "$P.Made().Make(8)"),
        new(
            """
            public interface I$P<out T>
            {
                T Make();
            }

            public class $P : I$P<$BN>
            {
                public $BN Make() => $in;
                public static I$P<$BN> Made() => new $P();
            }
            """,
            "$P.Made().Make()"),
        new(
            """
            public interface I$P<T>
            {
                T Norm { get; }
                void Set(T norm);
            }

            public class $P : I$P<$BN>
            {
                private $BN norm;
                $BN I$P<$BN>.Norm => norm;
                void I$P<$BN>.Set($BN norm) => this.norm = norm;

                public static $BN Made()
                {
                    I$P<$BN> made = new $P();
                    made.Set($in);
                    return made.Norm;
                }
            }
            """,
            "$P.Made()"),
        new(
            """
            public abstract class $PBase<T> where T : $Module
            {
                public T Norm { get; protected set; }
                protected abstract T Make();
            }

            public class $P : $PBase<$BN>
            {
                public $P() => Norm = Make();
                protected override $BN Make() => $in;
            }
            """,
            "new $P().Norm"),
        new(
            """
            public class $PBase
            {
                protected readonly $BN norm;
                public $PBase($BN norm) => this.norm = norm;
            }

            public class $P : $PBase
            {
                public $P() : base($in) { }
                public $P($BN other) : base(other ?? $in) { }
                public $BN Norm => norm;
            }
            """,
            "new $P().Norm"),
        new(
            """
            public interface I$P
            {
                $BN Make() => $in;
            }

            public class $P : I$P
            {
                public static I$P Made() => new $P();
            }
            """,
            "$P.Made().Make()"),
        new(
            """
            public interface I$P<T> where T : I$P<T>
            {
                static abstract $BN Make();
            }

            public class $P : I$P<$P>
            {
                public static $BN Make() => $in;
                public static $BN Through<T>() where T : I$P<T> => T.Make();
            }
            """,
            "$P.Through<$P>()",
            Since: 11),
        new(
            """
            public class $P : IEnumerable<$BN>
            {
                public IEnumerator<$BN> GetEnumerator()
                {
                    yield return $in;
                }

                System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
            }
            """,
            "new $P().First()"),
    ];
}
