using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Multiplies by one learned number, which begins as 1.</summary>
public sealed class Scale : Module<Tensor, Tensor>
{
    private readonly Parameter factor;

    public Scale()
        : base(nameof(Scale))
    {
        factor = Parameter(ones(1));

        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input * factor;
}
