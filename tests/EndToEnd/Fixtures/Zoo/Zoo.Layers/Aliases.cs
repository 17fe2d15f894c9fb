using BN = TorchSharp.Modules.BatchNorm2d;
using NormMaker = System.Func<long, TorchSharp.Modules.BatchNorm2d>;
using NormTuple = (TorchSharp.Modules.BatchNorm2d Left, TorchSharp.Modules.BatchNorm2d Right);

namespace Zoo.Layers;

/// <summary>The layer behind aliases of a type, of a delegate and of a tuple.</summary>
public static class Aliases
{
    private static readonly NormMaker Make = channels => BatchNorm2d(channels);

    public static string Run()
    {
        BN norm = Make(4);
        NormTuple pair = (norm, BatchNorm2d(2));
        var (left, right) = pair;
        return $"aliases {left.num_features} {right.num_features} {pair.Left == norm}";
    }
}
