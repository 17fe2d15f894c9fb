using static Segmentation.Train.Layers;

namespace Segmentation.Train;

/// <summary>
/// DeepLab v3+ (Chen et al., arXiv 1802.02611) on a small residual backbone: the last stages widen their view by
/// atrous convolutions where others would halve the map, so features keep an eighth of the image's height and width.
/// Takes images of shape (N, 3, H, W) and gives logits of shape (N, classes, H, W).
/// </summary>
sealed class DeepLab : Module<Tensor, Tensor>
{
    readonly Sequential stem, body, skip, decoder;
    readonly AtrousPyramid pyramid;

    public DeepLab(long classes) : base(nameof(DeepLab))
    {
        stem = Sequential(
            ("conv", ConvNorm(3, 24, stride: 2)),
            ("stage1", new Residual(24, 32, stride: 2)));
        body = Sequential(
            ("stage2", new Residual(32, 64, stride: 2)),
            ("stage3", new Residual(64, 96, rate: 2)),
            ("stage4", new Residual(96, 96, rate: 4)));
        pyramid = new(96, 64, rates: [2, 4, 6]);
        skip = ConvNorm(32, 16, kernel: 1);
        decoder = Sequential(
            ("refine", Separable(64 + 16, 64)),
            ("classify", Conv2d(64, classes, 1)));
        RegisterComponents();
        foreach (var module in modules()) Initialize(module);
    }

    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var low = stem.forward(images);
        var high = Resize(pyramid.forward(body.forward(low)), low);
        return Resize(decoder.forward(cat([high, skip.forward(low)], 1)), images).MoveToOuterDisposeScope();
    }

    // A residual block starts as its shortcut, which steadies the first steps (Goyal et al., arXiv 1706.02677).
    static Tensor? Initialize(Module module) => module switch
    {
        Conv2d { weight: var weight } => init.kaiming_normal_(weight, nonlinearity: init.NonlinearityType.ReLU),
        Residual { Last.weight: { } weight } => init.zeros_(weight),
        _ => null,
    };
}
