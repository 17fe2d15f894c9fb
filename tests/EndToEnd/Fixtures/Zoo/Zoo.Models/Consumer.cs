using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;
using Zoo.Layers;

namespace Zoo.Models;

/// <summary>Holds what another project's public members give, and gives them what it constructs.</summary>
public static class Consumer
{
    private static readonly BatchNorm2d Spare = ConvNorm.Spare;

    public static IEnumerable<string> Run()
    {
        BatchNorm2d norm = new ConvNorm(4, 4).Norm;
        Func<long, BatchNorm2d> make = channels => TorchSharp.torch.nn.BatchNorm2d(channels, eps: 1e-4);
        BatchNorm2d created = new NormFactory(make).Create(4);
        (BatchNorm2d left, BatchNorm2d right) = new NormPair(norm, created);
        NormFactory.NormMaker maker = NormFactory.Slow;
        IReadOnlyDictionary<string, BatchNorm2d> named = new Dictionary<string, BatchNorm2d> { ["slow"] = maker(3), ["spare"] = Spare };
        yield return $"consumer {left.eps} {right.eps} {named["slow"].momentum} {named.Values.Sum(each => each.num_features)}";
        ConvNorm.Spare = created;
        yield return $"consumer {ConvNorm.Spare == created} {new Stage { Norm = created }.Norm.eps}";
    }
}
