using TorchSharp;
using static TorchSharp.torch;

namespace Zoo.Portable;

/// <summary>What the app shows of this project.</summary>
public static class Exhibit
{
    public static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Model)> Models()
    {
        yield return (nameof(Depthwise), new Depthwise(4));
        yield return ("Transition", new Linked.Transition(4));
    }

    public static IEnumerable<string> Observations()
    {
        yield return $"largest {Depthwise.Largest([nn.BatchNorm2d(3), nn.BatchNorm2d(9), nn.BatchNorm2d(6)]).num_features}";
    }
}
