using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Inspection;

/// <summary>What has the name and is not TorchSharp's: a method, a class, text. BatchNorm2d(64) here is a comment.</summary>
internal static class Lookalikes
{
    // Was: bn = BatchNorm2d(64);
    /* nn.BatchNorm2d(64) */
    private const string Snippet = "bn = nn.BatchNorm2d(64)";

    private static readonly string Raw = $$"""
        self.bn = nn.BatchNorm2d({{64}})
        """;

    public static IEnumerable<string> Run()
    {
        var made = new Onnx.BatchNorm2d(3);
        Onnx.BatchNorm2d other = Onnx.Layers.BatchNorm2d(5);
        object boxed = made;
        yield return $"lookalikes {made.Channels} {other.Channels} {boxed is Onnx.BatchNorm2d} {BatchNorm2d(7)} {Snippet.Length} {Raw.Length}";
        yield return $"lookalikes {typeof(Onnx.BatchNorm2d).Name} {boxed is BatchNorm}";
    }

    private static long BatchNorm2d(long channels) => channels * 2;
}
