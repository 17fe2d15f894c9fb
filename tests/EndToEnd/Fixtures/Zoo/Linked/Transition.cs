using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Linked;

/// <summary>One file, compiled into two projects and, in one of them, for two target frameworks.</summary>
internal sealed class Transition : nn.Module<Tensor, Tensor>
{
    private readonly BatchNorm2d norm;
    private readonly Conv2d conv;

    public Transition(long channels)
        : base(nameof(Transition))
    {
        norm = nn.BatchNorm2d(channels);
        conv = nn.Conv2d(channels, channels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => conv.forward(norm.forward(input));
}
