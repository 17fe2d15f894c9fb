using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace ResNet.Models;

/// <summary>For fine-tuning on small batches: keeps the accumulated statistics of a trained network.</summary>
public static class FrozenStatistics
{
    /// <summary>Sets all normalization layers to evaluation; call it after <c>train()</c>.</summary>
    /// <returns>The number of normalization layers frozen.</returns>
    public static int Freeze(Module model)
    {
        var frozen = 0;
        foreach (var module in model.modules())
        {
            if (module is BatchNorm2d)
            {
                module.eval();
                frozen++;
            }
        }

        return frozen;
    }

    /// <summary>The number of normalization layers in a model.</summary>
    public static int Count(Module model) => model.modules().Count(module => module is BatchNorm2d);
}
