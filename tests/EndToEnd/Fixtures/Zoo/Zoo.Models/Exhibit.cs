using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace Zoo.Models;

/// <summary>What the app shows of this project.</summary>
public static class Exhibit
{
    public static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Model)> Models()
    {
        yield return (nameof(SlimBackbone), new SlimBackbone(4));
        yield return (nameof(Vendored), new Vendored(useDefault: false));
        yield return (nameof(Vendored) + " default", new Vendored(useDefault: true));
        yield return ("Transition", new Linked.Transition(4));
    }

    public static IEnumerable<string> Observations()
    {
        var slim = new SlimBackbone(6);
        yield return $"slim {slim.TryCreate(0, out var none)} {none is null} {slim.TryCreate(6, out var head)} {head == slim.Head}";
        foreach (var line in Consumer.Run())
        {
            yield return line;
        }

        yield return $"vendored {new Vendored(true).Inspection}, {new Vendored(true).MixedEps} {new Vendored(false).MixedEps}, {new OnnxExporter().Channels()}";
    }
}
