using static Segmentation.Train.Layers;

namespace Segmentation.Train;

/// <summary>
/// Atrous spatial pyramid pooling: looks at a map at several rates at once, and at the whole of it.
/// In training it needs two images or more, as the pooled branch normalizes one value of each.
/// </summary>
sealed class AtrousPyramid : Module<Tensor, Tensor>
{
    readonly ModuleList<Layer> branches;
    readonly Sequential pooled, project;

    public AtrousPyramid(long inputs, long outputs, params long[] rates) : base(nameof(AtrousPyramid))
    {
        branches = ModuleList<Layer>([
            ConvNorm(inputs, outputs, kernel: 1),
            .. rates.Select(rate => Separable(inputs, outputs, rate))]);
        pooled = Sequential(
            ("pool", AdaptiveAvgPool2d(1)),
            ("conv", Conv(inputs, outputs, kernel: 1)),
            ("norm", BatchNorm2d(outputs)),
            ("relu", ReLU(inplace: true)));
        project = Sequential(
            ("conv", ConvNorm(outputs * (rates.Length + 2), outputs, kernel: 1)),
            ("dropout", Dropout(0.1)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => project.forward(cat(
        [.. branches.Select(branch => branch.forward(input)), Resize(pooled.forward(input), input)], 1));
}
