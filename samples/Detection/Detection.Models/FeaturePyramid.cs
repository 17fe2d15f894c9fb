using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>
/// Gives maps of all strides the meaning that only the coarse ones have (Lin et al., arXiv 1612.03144).
/// </summary>
public sealed class FeaturePyramid : Module<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>
{
    private readonly ModuleList<Sequential> laterals;
    private readonly ModuleList<Sequential> outputs;

    /// <param name="inChannels">The channels of each incoming map, finest first.</param>
    /// <param name="channels">The channels of every outgoing map.</param>
    public FeaturePyramid(IReadOnlyList<long> inChannels, long channels)
        : base(nameof(FeaturePyramid))
    {
        var lateral = ConvNormActivation.Pointwise(0, channels) with { Activation = false };
        laterals = ModuleList(inChannels.Select(from => (lateral with { InChannels = from }).Build()).ToArray());
        outputs = ModuleList(inChannels.Select(_ => new ConvNormActivation(channels, channels).Build()).ToArray());

        RegisterComponents();
    }

    /// <param name="maps">Feature maps, finest first, each half as high and wide as the one before.</param>
    /// <returns>As many maps of the same heights and widths.</returns>
    public override IReadOnlyList<Tensor> forward(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        var pyramid = new Tensor[maps.Count];
        Tensor? coarser = null;
        for (var level = maps.Count - 1; level >= 0; level--)
        {
            var map = laterals[level].forward(maps[level]);
            if (coarser is not null)
            {
                map += functional.interpolate(coarser, [map.shape[2], map.shape[3]], mode: InterpolationMode.Nearest);
            }

            pyramid[level] = outputs[level].forward(map).MoveToOuterDisposeScope();
            coarser = map;
        }

        return pyramid;
    }
}
