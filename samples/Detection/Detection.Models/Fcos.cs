using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>
/// A one-stage detector without anchors: each location of the feature pyramid says which class it shows and how far
/// away the sides of the object are (Tian et al., "FCOS", arXiv 1904.01355).
/// </summary>
public sealed class Fcos : Module<Tensor, Predictions>
{
    private readonly Backbone backbone;
    private readonly FeaturePyramid pyramid;
    private readonly DetectionHead head;

    private Fcos(string name, Backbone backbone, long channels, int numClasses, IReadOnlyList<PyramidLevel> levels)
        : base(name)
    {
        NumClasses = numClasses;
        Levels = levels;
        this.backbone = backbone;
        pyramid = new FeaturePyramid(backbone.Channels, channels);
        head = new DetectionHead(channels, numClasses, levels);

        RegisterComponents();
        InitializedNorms = WeightInitialization.Initialize(this, head.ClassPredictor);
    }

    public int NumClasses { get; }

    public IReadOnlyList<PyramidLevel> Levels { get; }

    /// <summary>How many normalization layers the initialization of weights came upon.</summary>
    public int InitializedNorms { get; }

    /// <summary>A network of 0.5 million parameters for images of about 64x64 pixels.</summary>
    public static Fcos Tiny(int numClasses) =>
        new(nameof(Tiny), new Backbone([16, 32, 64, 128]), channels: 48, numClasses, PyramidLevel.Three);

    /// <summary>A network of 4 million parameters for images of about 256x256 pixels.</summary>
    public static Fcos Small(int numClasses) =>
        new(nameof(Small), new Backbone([32, 64, 128, 256], blocks: 2), channels: 128, numClasses, PyramidLevel.Three);

    /// <param name="input">Images, (N, 3, H, W) with H and W multiples of the coarsest stride.</param>
    public override Predictions forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (logits, distances, centerness) = head.forward(pyramid.forward(backbone.forward(input)));
        return new Predictions(
            logits.MoveToOuterDisposeScope(),
            distances.MoveToOuterDisposeScope(),
            centerness.MoveToOuterDisposeScope());
    }
}
