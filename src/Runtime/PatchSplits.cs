using static TorchSharp.torch;

namespace PbnRewriter.Runtime;

/// <summary>The splits of one training forward, and which of them each channel takes.</summary>
/// <param name="First">The split of all channels, or of those that <paramref name="TakesSecond"/> does not name.</param>
/// <param name="Second">The other split of a fused layout; else null.</param>
/// <param name="TakesSecond">Whether a channel takes the second split, shape (C); null where there is none.</param>
internal sealed record PatchSplits(PatchSplit First, PatchSplit? Second = null, bool[]? TakesSecond = null)
{
    /// <summary>The most patches of a split.</summary>
    public int MostPatches => Math.Max(First.Cuts.Count, Second?.Cuts.Count ?? 0);

    /// <summary>The number of positions of the smallest patch.</summary>
    public int SmallestArea => Math.Min(First.Cuts.SmallestArea(), Second?.Cuts.SmallestArea() ?? int.MaxValue);

    /// <summary>The split that a channel takes.</summary>
    public PatchSplit Of(int channel) => TakesSecond is not null && TakesSecond[channel] ? Second! : First;

    /// <summary>Decides on the splits of a training forward; draws from torch's generator for the CPU.</summary>
    /// <param name="shape">The shape (N, C, H, W) of the input, no size 0.</param>
    /// <param name="grid">The patches asked for; not looked at where the layout is fused.</param>
    /// <param name="layout">Where to cut.</param>
    /// <param name="statistics">How statistics mix; always selected where the layout is fused.</param>
    /// <param name="globalWeight">The weight of the accumulated statistics, 0 to 1.</param>
    public static PatchSplits Draw(
        long[] shape, PatchGrid grid, PatchLayout layout, PatchStatistics statistics, double globalWeight)
    {
        var (channels, height, width) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        switch (layout)
        {
            case PatchLayout.Even:
                return new PatchSplits(Split(PatchCuts.Even(height, width, grid)));

            case PatchLayout.Random:
                return new PatchSplits(Split(PatchCuts.Random(height, width, grid, Uniform())));

            default:
                statistics = PatchStatistics.Selected;
                var draw = Uniform();
                var halves = draw() < 0.5 ? new PatchGrid(2, 1) : new PatchGrid(1, 2);
                List<PatchGrid> grids = [(1, 1), halves, (2, 2)];
                grids.RemoveAt((int)(draw() * 3));
                return new PatchSplits(
                    Split(PatchCuts.Random(height, width, grids[0], draw)),
                    Split(PatchCuts.Random(height, width, grids[1], draw)),
                    Coins(channels, 0.5));
        }

        PatchSplit Split(PatchCuts cuts)
        {
            // At either end there is nothing to draw.
            var isDrawn = statistics == PatchStatistics.Selected && globalWeight is > 0 and < 1;
            return new PatchSplit(
                cuts, 1 - globalWeight, isDrawn ? Coins(channels * cuts.Count, 1 - globalWeight) : null);
        }
    }

    /// <summary>Numbers from 0 to 1, without 1, of torch's generator.</summary>
    private static Func<double> Uniform() => static () =>
    {
        using var number = rand(1, ScalarType.Float64, device: CPU);
        return number.item<double>();
    };

    private static bool[] Coins(int count, double probability)
    {
        using var numbers = rand(count, ScalarType.Float32, device: CPU);
        var coins = new bool[count];
        var i = 0;
        foreach (var number in numbers.data<float>())
        {
            coins[i++] = number < probability;
        }

        return coins;
    }
}
