using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using LevelNorms = TorchSharp.Modules.ModuleList<TorchSharp.Modules.BatchNorm2d>;

namespace Detection.Models;

/// <summary>
/// A 3x3 convolution that all levels of the pyramid share, with a normalization for each: maps of different strides
/// have different statistics.
/// </summary>
public sealed class SharedConvolution : Module<Tensor, int, Tensor>
{
    private readonly Conv2d conv;
    private readonly LevelNorms norms = [];

    public SharedConvolution(long channels, int levels)
        : base(nameof(SharedConvolution))
    {
        conv = Conv2d(channels, channels, 3, padding: 1, bias: false);
        for (var level = 0; level < levels; level++)
        {
            norms.Add(nn.BatchNorm2d(channels));
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input, int level)
    {
        using var scope = NewDisposeScope();
        return functional.relu(norms[level].forward(conv.forward(input))).MoveToOuterDisposeScope();
    }
}
