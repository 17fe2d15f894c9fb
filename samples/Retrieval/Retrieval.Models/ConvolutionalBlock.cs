using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>The base of all parts of the backbone. A derived class may choose other normalization layers.</summary>
public abstract class ConvolutionalBlock : Module<Tensor, Tensor>
{
    protected ConvolutionalBlock(string name)
        : base(name)
    {
    }

    /// <summary>Makes a normalization layer. Constructors call it: an override cannot use fields of its class.</summary>
    protected virtual BatchNorm2d CreateNorm(long channels)
    {
        return TorchSharp.torch.nn.BatchNorm2d(channels);
    }

    /// <summary>Makes a convolution that keeps the size of a map, but for its stride, and the normalization after it.</summary>
    protected (Conv2d Convolution, BatchNorm2d Norm) CreateUnit(long inputs, long outputs, long kernelSize, long stride = 1)
    {
        Conv2d convolution = Conv2d(inputs, outputs, kernelSize, stride: stride, padding: kernelSize / 2, bias: false);
        return (convolution, CreateNorm(outputs));
    }
}
