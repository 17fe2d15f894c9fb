using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>A small residual network that gives the feature maps of its three stages.</summary>
public sealed class Backbone : Module<Tensor, IReadOnlyList<Tensor>>
{
    private readonly Sequential stem;
    private readonly ModuleList<Sequential> stages;

    /// <param name="widths">The channels of the stem and of each stage.</param>
    /// <param name="blocks">Residual blocks in a stage.</param>
    public Backbone(IReadOnlyList<long> widths, int blocks = 1)
        : base(nameof(Backbone))
    {
        stem = StageBuilder.From(3).Convolution(widths[0], stride: 2).Build();
        stages = ModuleList(widths
            .Zip(widths.Skip(1), (from, to) => StageBuilder.From(from).Residual(to, blocks, stride: 2).Build())
            .ToArray());
        Channels = [.. widths.Skip(1)];

        RegisterComponents();
    }

    /// <summary>The channels of each feature map.</summary>
    public IReadOnlyList<long> Channels { get; }

    /// <param name="input">Images, (N, 3, H, W).</param>
    /// <returns>Maps of stride 4, 8, 16 and so on, each (N, C, H / stride, W / stride).</returns>
    public override IReadOnlyList<Tensor> forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = new List<Tensor>();
        var x = stem.forward(input);
        foreach (var stage in stages)
        {
            x = stage.forward(x);
            maps.Add(x.MoveToOuterDisposeScope());
        }

        return maps;
    }
}
