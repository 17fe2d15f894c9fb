using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Zoo.Inspection;

/// <summary>Tests with <c>is</c>, where the factory's name hides the type's.</summary>
internal static class IsTests
{
    public static bool Plain(Module module) => module is BatchNorm2d;

    public static bool Negated(Module module) => !(module is BatchNorm2d);

    public static bool AndMore(Module module) => module is BatchNorm2d && module.training || module is Linear;

    public static bool Qualified(Module module) => module is TorchSharp.Modules.BatchNorm2d;

    public static long Named(Module module) => module is BatchNorm2d bn ? bn.num_features : -1;

    public static long NamedIn(IEnumerable<Module> modules)
    {
        var sum = 0L;
        foreach (var module in modules)
        {
            if (module is BatchNorm2d bn && bn.eps > 1e-6)
            {
                sum += bn.num_features;
            }

            if (module is not TorchSharp.Modules.BatchNorm2d other)
            {
                continue;
            }

            sum += other.num_features;
        }

        return sum;
    }

    public static bool WithProperty(Module module) => module is BatchNorm2d { eps: > 5e-5 };

    public static long WithPropertyAndName(Module module) => module is BatchNorm2d { eps: > 0, num_features: var channels } bn ? channels + bn.num_features : 0;

    public static bool OfAField(Holder holder) => holder is { Norm: BatchNorm2d { affine: true } };

    public static bool InAQuery(Module model) => (from each in model.modules() where each is BatchNorm2d select each).Any();

    /// <summary>Holds any module.</summary>
    internal sealed record Holder(Module Norm);
}
