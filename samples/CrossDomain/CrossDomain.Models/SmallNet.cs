using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CrossDomain.Models;

/// <summary>Six 3x3 convolutions, each with its normalization, for images of shape (N, 3, H, W) from 16 pixels on.</summary>
public sealed class SmallNet : Module<Tensor, Tensor>
{
    private readonly Sequential features;
    private readonly Linear fc;

    public SmallNet(long num_classes, long width = 16)
        : base(nameof(SmallNet))
    {
        features = Sequential(
            [
                .. Block("1", 3, width),
                .. Block("2", width, 2 * width, stride: 2),
                .. Block("3", 2 * width, 2 * width),
                .. Block("4", 2 * width, 4 * width, stride: 2),
                .. Block("5", 4 * width, 4 * width),
                .. Block("6", 4 * width, 4 * width),
            ]);
        fc = Linear(4 * width, num_classes);
        RegisterComponents();

        foreach (var conv in modules().OfType<Conv2d>())
        {
            init.kaiming_normal_(conv.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = features.forward(input).mean([2, 3]);
        return fc.forward(x).MoveToOuterDisposeScope();
    }

    private static IEnumerable<(string, Module<Tensor, Tensor>)> Block(string name, long inputs, long outputs, long stride = 1) =>
    [
        ("conv" + name, Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false)),
        ("bn" + name, BatchNorm2d(outputs)),
        ("relu" + name, ReLU(inplace: true)),
    ];
}
