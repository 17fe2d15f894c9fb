using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Puts the layers of a stage together, one after another.</summary>
public sealed class StageBuilder
{
    private readonly List<(string Name, Module<Tensor, Tensor> Layer)> layers = [];

    private StageBuilder(long channels) => Channels = channels;

    /// <summary>The channels of what the stage gives so far.</summary>
    public long Channels { get; private set; }

    public static StageBuilder From(long channels) => new(channels);

    public StageBuilder Convolution(long channels, long stride = 1) =>
        Add("conv", new ConvNormActivation(Channels, channels) { Stride = stride }.Build(), channels);

    /// <summary>Adds blocks of which the first has the stride.</summary>
    public StageBuilder Residual(long channels, int blocks, long stride)
    {
        for (var i = 0; i < blocks; i++)
        {
            Add("block", new ResidualBlock(Channels, channels, i == 0 ? stride : 1), channels);
        }

        return this;
    }

    public Sequential Build() => Sequential(layers);

    private StageBuilder Add(string kind, Module<Tensor, Tensor> layer, long channels)
    {
        layers.Add(($"{kind}{layers.Count}", layer));
        Channels = channels;
        return this;
    }
}
