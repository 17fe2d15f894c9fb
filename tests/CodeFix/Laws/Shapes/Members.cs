using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>Fields, properties and indexers.</summary>
internal static class Members
{
    public static readonly Shape[] All =
    [
        new("public static class $P\n{\n    public static $BN Norm = $in;\n}", "$P.Norm"),
        new("public static class $P\n{\n    public static $BN Norm => $in;\n}", "$P.Norm"),
        new("public static class $P\n{\n    public static $BN Norm { get; set; } = $in;\n}", "$P.Norm"),
        new(
            """
            public class $P
            {
                private readonly $BN norm, other;

                public $P()
                {
                    norm = $in;
                    this.other = norm;
                }

                public $BN Norm => other;
            }
            """,
            "new $P().Norm"),
        new(
            """
            public static class $P
            {
                private static $BN norm;

                /// <summary>A <see cref="TorchSharp.Modules.BatchNorm2d"/>, made when it is asked for.</summary>
                public static $BN Norm => norm ??= $in;
            }
            """,
            "$P.Norm"),
        new(
            """
            public class $P
            {
                private $BN norm;

                public $BN Norm
                {
                    get { return norm ?? $in; }
                    set { norm = value; }
                }
            }
            """,
            "new $P { Norm = null }.Norm"),
        new(
            """
            public class $P
            {
                public $BN Norm { get; init; }

                public static $P Made { get; } = new $P { Norm = $in };
            }
            """,
            "$P.Made.Norm"),
        new(
            """
            public class $P
            {
                public $BN Norm { get; set; }
                public $P Inner { get; set; }

                public static $P Made = new() { Norm = $in, Inner = new() { Norm = $in } };
            }
            """,
            "$P.Made.Inner?.Norm"),
        new(
            """
            public class $P
            {
                private readonly List<$BN> norms = new();

                public $BN this[int index]
                {
                    get => norms[index];
                    set => norms[index] = value;
                }

                public static $P Made()
                {
                    var made = new $P();
                    made[0] = $in;
                    return made;
                }
            }
            """,
            "$P.Made()[0]"),
        new(
            """
            public partial class $P
            {
                public $BN Norm = $in;
            }

            public partial class $P
            {
                public $BN Same => Norm;
            }
            """,
            "new $P().Same"),
        new(
            """
            public struct $P
            {
                public $BN Norm;

                public static $P? Made => new $P { Norm = $in };
            }
            """,
            "$P.Made.Value.Norm"),
        new(
            """
            public class $P : $Module
            {
                private readonly $BN bn1 = $in;
                private readonly $BN bn2;

                public $P() : base("$P")
                {
                    bn2 = $in;
                    RegisterComponents();
                }

                public $BN First() => bn1;

                public void Init()
                {
                    foreach (var module in modules())
                    {
                        if (module is $BN norm) norm.eval();
                    }
                }
            }
            """,
            "new $P().First()"),
        new(
            """
            public class $P
            {
                public required $BN Norm { get; init; }
                public $BN Other { get => field ??= $in; set; }

                public static $P Made => new() { Norm = $in };
            }
            """,
            "$P.Made.Other",
            Since: 14),
        new(
            """
            public static class $P
            {
                public static ($BN Norm, int Width) Pair = ($in, 8);
            }
            """,
            "$P.Pair.Norm"),
    ];
}
