using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>Turns each map of the pyramid into predictions; all levels share the convolutions.</summary>
public sealed class DetectionHead : Module<IReadOnlyList<Tensor>, Predictions>
{
    private const string Classes = "classes";
    private const string Distances = "distances";
    private const string Centerness = "centerness";

    // exp(6) strides are more than any image has; without a bound one bad step ends in infinities.
    private const double LargestExponent = 6;

    private readonly IReadOnlyList<PyramidLevel> levels;
    private readonly ModuleDict<ModuleList<SharedConvolution>> towers;
    private readonly ModuleDict<Conv2d> predictors;
    private readonly ModuleList<Scale> scales;

    /// <param name="channels">The channels of each incoming map.</param>
    /// <param name="numClasses">Kinds of objects.</param>
    /// <param name="levels">The levels of the pyramid, finest first.</param>
    /// <param name="depth">Convolutions before the last.</param>
    public DetectionHead(long channels, int numClasses, IReadOnlyList<PyramidLevel> levels, int depth = 2)
        : base(nameof(DetectionHead))
    {
        this.levels = levels;
        towers = ModuleDict((Classes, Tower()), (Distances, Tower()));
        predictors = ModuleDict(
            (Classes, Predictor(numClasses)),
            (Distances, Predictor(4)),
            (Centerness, Predictor(1)));
        scales = ModuleList(levels.Select(_ => new Scale()).ToArray());

        RegisterComponents();

        ModuleList<SharedConvolution> Tower() => ModuleList(
            Enumerable.Range(0, depth).Select(_ => new SharedConvolution(channels, levels.Count)).ToArray());

        Conv2d Predictor(long outputs) => Conv2d(channels, outputs, 3, padding: 1);
    }

    /// <summary>The layer whose bias says how often a location has an object of each class.</summary>
    public Conv2d ClassPredictor => predictors[Classes];

    /// <param name="maps">A map for each level, (N, channels, H / stride, W / stride).</param>
    public override Predictions forward(IReadOnlyList<Tensor> maps)
    {
        using var scope = NewDisposeScope();
        var perLevel = maps.Select(Predict).ToList();
        return new Predictions(
            cat([.. perLevel.Select(level => level.Logits)], 1).MoveToOuterDisposeScope(),
            cat([.. perLevel.Select(level => level.Distances)], 1).MoveToOuterDisposeScope(),
            cat([.. perLevel.Select(level => level.Centerness)], 1).MoveToOuterDisposeScope());
    }

    private Predictions Predict(Tensor map, int level)
    {
        var forClasses = Through(towers[Classes], map, level);
        var forBoxes = Through(towers[Distances], map, level);
        var exponents = scales[level].forward(predictors[Distances].forward(forBoxes)).clamp_max(LargestExponent);

        return new Predictions(
            ByLocation(predictors[Classes].forward(forClasses)),
            ByLocation(exponents.exp() * levels[level].Stride),
            ByLocation(predictors[Centerness].forward(forBoxes)).squeeze(2));
    }

    private static Tensor Through(ModuleList<SharedConvolution> tower, Tensor map, int level) =>
        tower.Aggregate(map, (x, layer) => layer.forward(x, level));

    // (N, C, H, W) to (N, H * W, C), in the order of LocationGrid.
    private static Tensor ByLocation(Tensor map) => map.flatten(2).transpose(1, 2);
}
