using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ResNet.Models;

/// <summary>Residual networks (He et al., arXiv 1512.03385) for images of shape (N, 3, H, W).</summary>
public sealed class ResNet : Module<Tensor, Tensor>
{
    private delegate Module<Tensor, Tensor> BlockFactory(
        long inplanes,
        long planes,
        long stride,
        Module<Tensor, Tensor>? downsample,
        Func<long, BatchNorm2d> norm_layer);

    private readonly Func<long, BatchNorm2d> norm_layer;
    private readonly Sequential stem;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly AdaptiveAvgPool2d avgpool;
    private readonly Linear fc;

    private long inplanes = 64;

    private ResNet(
        string name,
        BlockFactory block,
        int expansion,
        int[] layers,
        long num_classes,
        Func<long, BatchNorm2d>? norm_layer)
        : base(name)
    {
        this.norm_layer = norm_layer ?? (planes => nn.BatchNorm2d(
            planes,
            eps: 1e-5, // the default, spelled out: checkpoints of other frameworks differ here
            momentum: 0.1));

        stem = Sequential(
            ("conv", Conv2d(3, inplanes, 7, stride: 2, padding: 3, bias: false)),
            ("bn", BatchNorm2d(inplanes)),
            ("relu", ReLU(inplace: true)),
            ("pool", MaxPool2d(3, stride: 2, padding: 1)));
        layer1 = MakeLayer(block, expansion, 64, layers[0], 1);
        layer2 = MakeLayer(block, expansion, 128, layers[1], 2);
        layer3 = MakeLayer(block, expansion, 256, layers[2], 2);
        layer4 = MakeLayer(block, expansion, 512, layers[3], 2);
        avgpool = AdaptiveAvgPool2d(1);
        fc = Linear(512 * expansion, num_classes);

        RegisterComponents();
        InitializedNorms = InitializeWeights();
    }

    /// <summary>How many normalization layers the initialization of weights came upon.</summary>
    public int InitializedNorms { get; }

    public static ResNet ResNet18(long num_classes = 1000, Func<long, BatchNorm2d>? norm_layer = null) => new(
        nameof(ResNet18),
        (inplanes, planes, stride, downsample, norm) => new BasicBlock(inplanes, planes, stride, downsample, norm),
        BasicBlock.Expansion,
        [2, 2, 2, 2],
        num_classes,
        norm_layer);

    public static ResNet ResNet50(long num_classes = 1000, Func<long, BatchNorm2d>? norm_layer = null) => new(
        nameof(ResNet50),
        (inplanes, planes, stride, downsample, norm) => new Bottleneck(inplanes, planes, stride, downsample, norm),
        Bottleneck.Expansion,
        [3, 4, 6, 3],
        num_classes,
        norm_layer);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = stem.forward(input);
        x = layer1.forward(x);
        x = layer2.forward(x);
        x = layer3.forward(x);
        x = layer4.forward(x);
        x = avgpool.forward(x).flatten(1);
        return fc.forward(x).MoveToOuterDisposeScope();
    }

    private Sequential MakeLayer(BlockFactory block, int expansion, long planes, int blocks, long stride)
    {
        Module<Tensor, Tensor>? downsample = null;
        if (stride != 1 || inplanes != planes * expansion)
        {
            downsample = Sequential(
                ("conv", Conv2d(inplanes, planes * expansion, 1, stride: stride, bias: false)),
                ("bn", norm_layer(planes * expansion)));
        }

        var layers = new List<(string, Module<Tensor, Tensor>)>
        {
            ("0", block(inplanes, planes, stride, downsample, norm_layer)),
        };
        inplanes = planes * expansion;
        for (var i = 1; i < blocks; i++)
        {
            layers.Add(($"{i}", block(inplanes, planes, 1, null, norm_layer)));
        }

        return Sequential(layers);
    }

    private int InitializeWeights()
    {
        var norms = 0;
        foreach (var module in modules())
        {
            switch (module)
            {
                case Conv2d conv:
                    init.kaiming_normal_(
                        conv.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
                    break;
                case BatchNorm2d bn:
                    init.ones_(bn.weight);
                    init.zeros_(bn.bias);
                    norms++;
                    break;
                case Linear linear:
                    init.normal_(linear.weight, 0, 0.01);
                    init.zeros_(linear.bias);
                    break;
            }
        }

        // Each block starts as an identity, which steadies the first steps (Goyal et al., arXiv 1706.02677).
        foreach (var block in modules().OfType<IResidualBlock>())
        {
            init.zeros_(block.LastNorm.weight);
        }

        return norms;
    }
}
