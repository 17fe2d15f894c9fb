using TorchSharp;
using TorchSharp.Modules;
using Zoo.Layers;
using static TorchSharp.torch;

namespace Zoo.Broken;

/// <summary>An experiment in progress.</summary>
public sealed class Experiment : nn.Module<Tensor, Tensor>, INormalized
{
    private readonly BatchNorm2d norm = nn.BatchNorm2d(4);
    private readonly GroupedConv conv = new(4); // not written yet

    public Experiment()
        : base(nameof(Experiment))
    {
        Scale = ConvNorm.Spare.Weight();
        RegisterComponents();
    }

    public BatchNorm2d Norm => norm;

    public Tensor Scale { get; }

    public override Tensor forward(Tensor input) => norm.forward(conv.forward(input));
}
