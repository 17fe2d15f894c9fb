namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>The ways to write the arguments of a construction.</summary>
internal static class Arguments
{
    public static readonly string[] All =
    [
        "(8)",
        "(8, 1e-3)",
        "(num_features: 8)",
        "(8, eps: 1e-3, momentum: 0.2)",
        "(momentum: 0.2, num_features: 8)",
        "( 8 , affine: false )",
        "(8, 1e-5, 0.1, true, true, null, null)",
        "(2 * (3 + 1))",
        "(8 /* channels */)",
        "(/* channels */ 8, eps: 1e-3 /* as in the paper */)",
        " (8)",
        "\n(8)",
        "(\n    8,\n    eps: 1e-3)",
        "(\n    num_features: 8, // channels\n    eps: 1e-3 // as in the paper\n)",
        "(8 // channels\n)",
        "(8,\n    eps: 1e-3)",
    ];
}
