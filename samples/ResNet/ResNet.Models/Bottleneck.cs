using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNet.Models;

/// <summary>1x1, 3x3 and 1x1 convolutions: the block of ResNet-50 and deeper.</summary>
public sealed class Bottleneck : Module<Tensor, Tensor>, IResidualBlock
{
    public const int Expansion = 4;

    private readonly Conv2d conv1, conv2, conv3;
    private readonly BatchNorm2d bn1, bn2, bn3;
    private readonly Module<Tensor, Tensor>? downsample;

    public Bottleneck(
        long inplanes,
        long planes,
        long stride = 1,
        Module<Tensor, Tensor>? downsample = null,
        Func<long, BatchNorm2d>? norm_layer = null)
        : base(nameof(Bottleneck))
    {
        norm_layer ??= DefaultNorm;

        conv1 = Conv2d(inplanes, planes, 1, bias: false);
        bn1 = norm_layer(planes);
        // The stride sits on the 3x3 convolution, as in ResNet "v1.5".
        conv2 = Conv2d(planes, planes, 3, stride: stride, padding: 1, bias: false);
        bn2 = norm_layer(planes);
        conv3 = Conv2d(planes, planes * Expansion, 1, bias: false);
        bn3 = norm_layer(planes * Expansion);
        this.downsample = downsample;

        RegisterComponents();
    }

    public BatchNorm2d LastNorm => bn3;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var identity = downsample is null ? input : downsample.forward(input);

        var x = functional.relu(bn1.forward(conv1.forward(input)));
        x = functional.relu(bn2.forward(conv2.forward(x)));
        x = bn3.forward(conv3.forward(x));

        return functional.relu(x + identity).MoveToOuterDisposeScope();
    }

    private static BatchNorm2d DefaultNorm(long features) => nn.BatchNorm2d(features, eps: 1e-5);
}
