using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>Two 3x3 convolutions and a shortcut around them (He et al., arXiv 1512.03385).</summary>
public class ResidualBlock : ConvolutionalBlock
{
    private readonly Conv2d convolution1;
    private readonly Module<Tensor, Tensor> norm1;
    private readonly Conv2d convolution2;
    private readonly BatchNorm2d norm2;
    private readonly Conv2d shortcutConvolution;
    private readonly BatchNorm2d shortcutNorm;

    public ResidualBlock(long inputs, long outputs, long stride)
        : this(nameof(ResidualBlock), inputs, outputs, stride)
    {
    }

    protected ResidualBlock(string name, long inputs, long outputs, long stride)
        : base(name)
    {
        convolution1 = Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false);
        norm1 = CreateFirstNorm(outputs);
        (convolution2, norm2) = CreateUnit(outputs, outputs, kernelSize: 3);
        (shortcutConvolution, shortcutNorm) = CreateUnit(inputs, outputs, kernelSize: 1, stride: stride);

        RegisterComponents();
    }

    /// <summary>The normalization right before the addition.</summary>
    public BatchNorm2d LastNorm
    {
        get { return norm2; }
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor identity = shortcutNorm.forward(shortcutConvolution.forward(input));

        Tensor x = functional.relu(norm1.forward(convolution1.forward(input)));
        x = norm2.forward(convolution2.forward(x));

        return functional.relu(x + identity).MoveToOuterDisposeScope();
    }

    /// <summary>Makes the normalization between the convolutions; an override cannot use fields of its class.</summary>
    protected virtual Module<Tensor, Tensor> CreateFirstNorm(long channels)
    {
        return CreateNorm(channels);
    }
}
