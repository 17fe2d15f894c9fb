using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
#if NET10_0_OR_GREATER
using System.Runtime.InteropServices;
#endif

namespace Zoo.Portable;

/// <summary>One file for two target frameworks, each with a construction of its own.</summary>
public sealed class Depthwise : Module<Tensor, Tensor>
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d norm;
#if NET10_0_OR_GREATER
    private readonly BatchNorm2d[] others = [BatchNorm2d(4), BatchNorm2d(4, eps: 1e-4)];
#else
    private readonly List<BatchNorm2d> others = new() { BatchNorm2d(4) };
#endif

    public Depthwise(long channels)
        : base(nameof(Depthwise))
    {
        conv = Conv2d(channels, channels, 3, padding: 1, groups: channels);
        norm = BatchNorm2d(channels);
        foreach (var other in others)
        {
            register_module("other" + other.eps.ToString(System.Globalization.CultureInfo.InvariantCulture).Replace('.', '_'), other);
        }

        RegisterComponents();
    }

#if NET10_0_OR_GREATER
    public static BatchNorm2d Largest(List<BatchNorm2d> norms) => Largest(CollectionsMarshal.AsSpan(norms));

    private static BatchNorm2d Largest(ReadOnlySpan<BatchNorm2d> norms)
    {
        var found = norms[0];
        foreach (var each in norms)
        {
            found = each.num_features > found.num_features ? each : found;
        }

        return found;
    }
#else
    public static BatchNorm2d Largest(List<BatchNorm2d> norms) => norms.MaxBy(norm => norm.num_features)!;
#endif

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = norm.forward(conv.forward(input));
        foreach (var other in others)
        {
            x = other.forward(x);
        }

        return x.MoveToOuterDisposeScope();
    }
}
