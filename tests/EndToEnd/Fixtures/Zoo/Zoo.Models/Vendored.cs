using TorchSharp;
using TorchSharp.Modules;
using Vendor;
using static TorchSharp.torch;

namespace Zoo.Models;

/// <summary>Layers that meet compiled code: given to it, taken from it, and bound by its base class.</summary>
public sealed class Vendored : nn.Module<Tensor, Tensor>
{
    private readonly BatchNorm2d inspected = nn.BatchNorm2d(4); // stays: the vendor's method demands it
    private readonly BatchNorm2d mixed;
    private readonly BatchNorm2d own = nn.BatchNorm2d(4);

    public Vendored(bool useDefault)
        : base(nameof(Vendored))
    {
        mixed = useDefault ? Diagnostics.Default() : nn.BatchNorm2d(4, eps: 1e-4);
        Inspection = Diagnostics.Inspect(inspected);
        RegisterComponents();
    }

    public string Inspection { get; }

    public double MixedEps => mixed.eps;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return own.forward(mixed.forward(inspected.forward(input))).MoveToOuterDisposeScope();
    }
}

internal sealed class OnnxExporter : Exporter
{
    protected override BatchNorm2d Calibration() => nn.BatchNorm2d(5); // stays: the vendor's base class demands it
}
