namespace My.TorchSharp;

public static class Layers
{
    public static object BatchNorm2d(int channels) => channels;
}

public static class Use
{
    public static readonly object Layer = global::My.TorchSharp.Layers.BatchNorm2d(8);
}
