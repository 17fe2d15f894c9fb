namespace PbnRewriter.CodeFix.Tests.Laws.Shapes;

/// <summary>What every program has: values that no shape makes.</summary>
internal static class Given
{
    public const string Code = """
        public static class Given
        {
            public static bool Flag;
            public static TorchSharp.torch.nn.Module Module;
            public static object Object;
        }

        """;
}
