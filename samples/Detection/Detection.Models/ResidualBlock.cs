using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Two 3x3 convolutions and a shortcut around them (He et al., arXiv 1512.03385).</summary>
public sealed class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d norm1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d norm2;
    private readonly Module<Tensor, Tensor> shortcut;

    public ResidualBlock(long inChannels, long outChannels, long stride = 1)
        : base(nameof(ResidualBlock))
    {
        (conv1, norm1) = Layer(inChannels, outChannels, stride);
        (conv2, norm2) = Layer(outChannels, outChannels);

        var resized = ConvNormActivation.Pointwise(inChannels, outChannels) with
        {
            Stride = stride,
            Activation = false,
        };
        shortcut = stride == 1 && inChannels == outChannels ? Identity() : resized.Build();

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = functional.relu(norm1.forward(conv1.forward(input)));
        x = norm2.forward(conv2.forward(x));
        return functional.relu(x + shortcut.forward(input)).MoveToOuterDisposeScope();
    }

    private static (Conv2d Conv, BatchNorm2d Norm) Layer(long inChannels, long outChannels, long stride = 1) =>
    (
        Conv2d(inChannels, outChannels, 3, stride: stride, padding: 1, bias: false),
        BatchNorm2d(outChannels)
    );
}
