using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>The first convolution, which halves height and width.</summary>
public sealed class Stem : ConvolutionalBlock
{
    private readonly Conv2d convolution;
    private readonly BatchNorm2d norm;

    public Stem(long outputs)
        : base(nameof(Stem))
    {
        (convolution, norm) = CreateUnit(3, outputs, kernelSize: 3, stride: 2);

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = convolution.forward(input);
        return functional.relu(norm.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>With this eps a channel that holds little but the noise of a camera is not scaled up to a variance of one.</summary>
    protected override BatchNorm2d CreateNorm(long channels)
    {
        return TorchSharp.torch.nn.BatchNorm2d(channels, eps: 1e-3);
    }
}
