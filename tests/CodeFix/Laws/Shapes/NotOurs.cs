using PbnRewriter.CodeFix.Tests.Laws.Programs;

namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>What looks like a BatchNorm2d of TorchSharp and is none, and what can be read of one without being a place.</summary>
internal static class NotOurs
{
    public static readonly Shape[] All =
    [
        new(
            """
            public class $P
            {
                public $P BatchNorm2d(long channels) => this; // BatchNorm2d(64)
                public const string Text = "torch.nn.BatchNorm2d(64)";
                public $P Called() => BatchNorm2d(8).BatchNorm2d(8);
            }
            """),
        new(
            """
            public static class $P
            {
                public class BatchNorm2d
                {
                    public static BatchNorm2d Made = new BatchNorm2d();
                }

                public static bool Is(object o) => o is $P.BatchNorm2d;
            }
            """),
        new(
            """
            public static class $P
            {
            #if OFF
                public static $BN Norm = $in;
            #else
                public static object Norm = $in;
            #endif
            }
            """),
        new(
            """
            /// <summary>As <see cref="TorchSharp.Modules.BatchNorm2d"/> and <see cref="Fuse($BN)"/>.</summary>
            public static class $P
            {
                /* BatchNorm2d(8) */
                public static readonly Type[] Kinds = { typeof($BN), typeof(List<$BN>) };
                public static string Name => nameof($BN) + nameof(Fuse);
                public static void Fuse($BN norm) { }
                public static void Fused() => Fuse($in);
            }
            """),
        new(
            """
            public static class $P
            {
                public static object Norm(long pbn) => $in;
                public static int norm, norm2;
                public static $BN Cast(object o) => o as $BN;
            }
            """),
    ];
}
