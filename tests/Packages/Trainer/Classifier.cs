using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Trainer;

/// <summary>A small classifier of RGB images.</summary>
public sealed class Classifier : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;   // after the stem
    private readonly Sequential body;
    private readonly Linear head;

    public Classifier(int width) : base(nameof(Classifier))
    {
        conv1 = Conv2d(3, width, 3, padding: 1);
        bn1 = BatchNorm2d(width, eps: 1e-3);
        body = Block(width, 2 * width);
        head = Linear(2 * width, 2);
        RegisterComponents();
    }

    public int NormalizationLayers => modules().Count(module => module is BatchNorm2d);

    public override Tensor forward(Tensor input)
    {
        using var stem = functional.relu(bn1.forward(conv1.forward(input)));
        return head.forward(body.forward(stem).mean([2, 3]));
    }

    private static Sequential Block(int from, int to) => Sequential(
        ("conv", Conv2d(from, to, 3, stride: 2, padding: 1)),
        ("norm", BatchNorm2d(to)),
        ("relu", ReLU()));
}
