namespace Zoo.Inspection.Onnx;

/// <summary>Another library's layer of the same name.</summary>
internal sealed class BatchNorm2d(long channels)
{
    public long Channels => channels;
}

internal static class Layers
{
    public static BatchNorm2d BatchNorm2d(long channels) => new(channels);
}
