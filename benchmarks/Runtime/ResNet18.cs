using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>ResNet-18 (He et al., arXiv 1512.03385) with a normalization layer of choice.</summary>
internal sealed class ResNet18 : Module<Tensor, Tensor>
{
    private readonly Sequential layers;

    public ResNet18(Func<long, Module<Tensor, Tensor>> norm, long classes = 1000)
        : base(nameof(ResNet18))
    {
        List<(string, Module<Tensor, Tensor>)> parts =
        [
            ("conv", Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false)),
            ("norm", norm(64)),
            ("relu", ReLU(inplace: true)),
            ("pool", MaxPool2d(3, stride: 2, padding: 1)),
        ];
        long channels = 64;
        foreach (var width in (long[])[64, 128, 256, 512])
        {
            parts.Add(($"block{width}a", new Block(channels, width, width == 64 ? 1 : 2, norm)));
            parts.Add(($"block{width}b", new Block(width, width, 1, norm)));
            channels = width;
        }

        parts.AddRange([("average", AdaptiveAvgPool2d(1)), ("flatten", Flatten()), ("head", Linear(512, classes))]);
        layers = Sequential(parts);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.forward(input);

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> conv1;
        private readonly Module<Tensor, Tensor> norm1;
        private readonly Module<Tensor, Tensor> conv2;
        private readonly Module<Tensor, Tensor> norm2;
        private readonly Module<Tensor, Tensor>? shortcut;

        public Block(long channels, long width, long stride, Func<long, Module<Tensor, Tensor>> norm)
            : base(nameof(Block))
        {
            conv1 = Conv2d(channels, width, 3, stride: stride, padding: 1, bias: false);
            norm1 = norm(width);
            conv2 = Conv2d(width, width, 3, padding: 1, bias: false);
            norm2 = norm(width);
            shortcut = channels == width
                ? null
                : Sequential(("conv", Conv2d(channels, width, 1, stride: stride, bias: false)), ("norm", norm(width)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = functional.relu(norm1.call(conv1.call(input)), inplace: true);
            x = norm2.call(conv2.call(x));
            return functional.relu(x + (shortcut?.call(input) ?? input), inplace: true).MoveToOuterDisposeScope();
        }
    }
}
