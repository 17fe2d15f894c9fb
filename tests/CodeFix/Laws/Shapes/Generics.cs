using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Generic methods and types of the program, with inferred and explicit type arguments.</summary>
internal static class Generics
{
    public static readonly Shape[] All =
    [
        new(
            """
            public static class $P
            {
                public static T Same<T>(T value) => value;
                public static $BN Inferred() => Same($in);
                public static $BN Explicit() => Same<$BN>($in);
            }
            """,
            "$P.Inferred()"),
        new(
            """
            public static class $P
            {
                public static T $PFrozen<T>(this T module) where T : $Module
                {
                    module.eval();
                    return module;
                }

                public static $BN Norm = $in.$PFrozen();
            }
            """,
            "$P.Norm"),
        new(
            """
            public class $PBox<T> where T : class
            {
                public T Value { get; set; }
                public List<T> All { get; } = new();
                public static $PBox<T> Of(T value) => new $PBox<T> { Value = value };
            }

            public static class $P
            {
                public static $PBox<$BN> Box = $PBox<$BN>.Of($in);
                public static readonly $PBox<$BN> Other = new() { Value = $in };
                public static void Add() => Box.All.Add($in);
            }
            """,
            "$P.Box.Value"),
        new(
            """
            public static class $PCache<T>
            {
                public static T Shared;
            }

            public static class $P
            {
                public static $BN Get() => $PCache<$BN>.Shared ??= $in;
            }
            """,
            "$P.Get()"),
        new(
            """
            public static class $P
            {
                public static TResult Apply<T, TResult>(T value, Func<T, TResult> function) => function(value);
                public static $BN Applied() => Apply(8, channels => $in);
                public static int Measured() => Apply($in, norm => 8);
                public static $BN Both() => Apply<$BN, $BN>($in, norm => norm);
            }
            """,
            "$P.Applied()"),
        new(
            """
            public static class $P
            {
                public static T $PFind<T>(this IEnumerable<$Module> modules) where T : $Module => modules.OfType<T>().First();
                public static T Either<T>(T first, T second) where T : $Module => first ?? second;
                public static $BN Found() => Either($in, $in);
                public static bool Has() => $m.modules().$PFind<$BN>() != null;
            }
            """,
            "$P.Found()"),
        new(
            """
            public class $PNode<T>
            {
                public T Value;
                public $PNode<T> Next;
            }

            public static class $P
            {
                public static $PNode<$BN> Chain = new $PNode<$BN> { Value = $in, Next = new() { Value = $in } };
            }
            """,
            "$P.Chain.Next.Value"),
        new(
            """
            public class $POuter<T>
            {
                public class Inner
                {
                    public T Value;
                }
            }

            public static class $P
            {
                public static $POuter<$BN>.Inner Made = new $POuter<$BN>.Inner { Value = $in };
            }
            """,
            "$P.Made.Value"),
    ];
}
