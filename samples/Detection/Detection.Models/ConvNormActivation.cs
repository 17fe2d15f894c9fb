using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Describes a convolution that keeps the size at stride 1, its normalization and its activation.</summary>
public sealed record ConvNormActivation(long InChannels, long OutChannels)
{
    /// <summary>Height and width of the filters; odd.</summary>
    public long KernelSize { get; init; } = 3;

    public long Stride { get; init; } = 1;

    /// <summary>False ends with the normalization, for a sum that comes next.</summary>
    public bool Activation { get; init; } = true;

    public static ConvNormActivation Pointwise(long inChannels, long outChannels) =>
        new(inChannels, outChannels) { KernelSize = 1 };

    public Sequential Build()
    {
        var layers = new List<(string, Module<Tensor, Tensor>)>
        {
            ("conv", Convolution()),
            ("norm", BatchNorm2d(OutChannels)),
        };
        if (Activation)
        {
            layers.Add(("activation", ReLU(inplace: true)));
        }

        return Sequential(layers);
    }

    private Conv2d Convolution() =>
        Conv2d(InChannels, OutChannels, KernelSize, stride: Stride, padding: KernelSize / 2, bias: false);
}
