using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNet.Models;

/// <summary>Two 3x3 convolutions: the block of ResNet-18 and ResNet-34.</summary>
public sealed class BasicBlock : Module<Tensor, Tensor>, IResidualBlock
{
    public const int Expansion = 1;

    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Conv2d conv2;
    private readonly BatchNorm2d bn2;
    private readonly Module<Tensor, Tensor>? downsample;

    public BasicBlock(
        long inplanes,
        long planes,
        long stride = 1,
        Module<Tensor, Tensor>? downsample = null,
        Func<long, BatchNorm2d>? norm_layer = null)
        : base(nameof(BasicBlock))
    {
        norm_layer ??= features => BatchNorm2d(features);

        conv1 = Conv2d(inplanes, planes, 3, stride: stride, padding: 1, bias: false);
        bn1 = norm_layer(planes);
        conv2 = Conv2d(planes, planes, 3, padding: 1, bias: false);
        bn2 = norm_layer(planes);
        this.downsample = downsample;

        RegisterComponents();
    }

    public BatchNorm2d LastNorm => bn2;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var identity = downsample is null ? input : downsample.forward(input);

        var x = functional.relu(bn1.forward(conv1.forward(input)));
        x = bn2.forward(conv2.forward(x));

        return functional.relu(x + identity).MoveToOuterDisposeScope();
    }
}
