using TorchSharp;
using TorchSharp.Modules;

namespace Vendor;

/// <summary>What a vendor's assembly does with BatchNorm2d: demands it, and hands it out.</summary>
public static class Diagnostics
{
    public static string Inspect(BatchNorm2d norm) => $"{norm.num_features} channels, eps {norm.eps}";

    public static BatchNorm2d Default() => torch.nn.BatchNorm2d(4, eps: 1e-2);
}

/// <summary>A base class whose override is bound to BatchNorm2d.</summary>
public abstract class Exporter
{
    protected abstract BatchNorm2d Calibration();

    public long Channels() => Calibration().num_features;
}
