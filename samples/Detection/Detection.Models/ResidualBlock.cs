using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Two 3x3 convolutions and a shortcut around them (He et al., arXiv 1512.03385).</summary>
public sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Sequential first;
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;
    private readonly Module<Tensor, Tensor> shortcut;

    public ResidualBlock(long inChannels, long outChannels, long stride = 1)
        : base(nameof(ResidualBlock))
    {
        first = new ConvNormActivation(inChannels, outChannels) { Stride = stride }.Build();
        (conv, norm) = LastLayers(outChannels);
        shortcut = stride == 1 && inChannels == outChannels
            ? Identity()
            : (ConvNormActivation.Pointwise(inChannels, outChannels) with { Stride = stride, Activation = false }).Build();

        RegisterComponents();
    }

    /// <summary>The normalization right before the sum.</summary>
    public BatchNorm2d LastNorm => norm;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = norm.forward(conv.forward(first.forward(input)));
        return functional.relu(x + shortcut.forward(input)).MoveToOuterDisposeScope();
    }

    private static (Conv2d, BatchNorm2d) LastLayers(long channels) =>
        (Conv2d(channels, channels, 3, padding: 1, bias: false), BatchNorm2d(channels));
}
