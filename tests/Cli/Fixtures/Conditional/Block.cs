#if NET10_0_OR_GREATER
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

public sealed class Block : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> conv;
    private readonly Module<Tensor, Tensor> bn;

    public Block(long channels)
        : base(nameof(Block))
    {
        conv = Conv2d(3, channels, 3);
        bn = BatchNorm2d(channels, eps: 1e-3);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => bn.call(conv.call(input));
}
#endif
