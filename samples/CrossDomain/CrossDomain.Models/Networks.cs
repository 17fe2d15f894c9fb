using ResNet.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CrossDomain.Models;

/// <summary>The networks of the experiment. What it compares are copies of this library that pbn-rewrite has rewritten.</summary>
public static class Networks
{
    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["small", "resnet18"];

    /// <summary>A network for images of shape (N, 3, H, W) that gives (N, num_classes); its classifier is called fc.</summary>
    /// <exception cref="ArgumentException">There is no network of that name.</exception>
    public static Module<Tensor, Tensor> Create(string name, int num_classes) => name switch
    {
        "small" => new SmallNet(num_classes),
        "resnet18" => ResNet.Models.ResNet.ResNet18(num_classes),
        _ => throw new ArgumentException($"There is no network {name}; there are {string.Join(" and ", Names)}.", nameof(name)),
    };

    /// <summary>From now on normalizes by the accumulated statistics; <c>train()</c> undoes it.</summary>
    /// <returns>The number of normalization layers frozen.</returns>
    public static int Freeze(Module network) => FrozenStatistics.Freeze(network);
}
