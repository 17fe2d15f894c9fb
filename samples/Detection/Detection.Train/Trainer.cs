using Detection.Models;
using static TorchSharp.torch;

namespace Detection.Train;

/// <summary>Trains a detector on generated images and measures it on others.</summary>
internal sealed class Trainer(Fcos model) : IDisposable
{
    private const double LearningRate = 4e-3;
    private const double WeightDecay = 1e-2;
    private const int WarmupSteps = 20;

    // Training draws from seeds that a person chooses; no image of it is looked at again here.
    private const int ValidationSeed = int.MaxValue;

    private readonly LocationGrid grid = new(model.Levels, ShapeImages.Size, ShapeImages.Size);

    public void Train(int steps, int batch, int seed)
    {
        model.train();
        var images = new ShapeImages(seed);
        var assigner = new TargetAssigner(grid);
        using var optimizer = optim.AdamW(ParameterGroups.Of(model, LearningRate, WeightDecay), lr: LearningRate);
        var schedule = optim.lr_scheduler.LambdaLR(optimizer, step => Rate(step, steps));
        for (var step = 1; step <= steps; step++)
        {
            using var scope = NewDisposeScope();
            var samples = images.Take(batch).ToList();
            var targets = assigner.Assign([.. samples.Select(sample => sample.Objects)]);

            optimizer.zero_grad();
            var loss = DetectionLoss.Of(model.forward(Stacked(samples)), targets);
            loss.backward();
            nn.utils.clip_grad_norm_(model.parameters(), 10);
            optimizer.step();
            schedule.step();
            Console.WriteLine(FormattableString.Invariant($"step {step}: loss {loss.item<float>():F6}"));
        }
    }

    /// <returns>The mean average precision at an overlap of 0.5.</returns>
    public double Validate(int count)
    {
        const int Batch = 32;
        using var noGradient = no_grad();
        model.eval();
        var decoder = new DetectionDecoder(grid, ShapeImages.Size, ShapeImages.Size);
        var precision = new MeanAveragePrecision();
        foreach (var samples in new ShapeImages(ValidationSeed).Take(count).Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            var detections = decoder.Decode(model.forward(Stacked(samples)));
            foreach (var (detected, sample) in detections.Zip(samples))
            {
                precision.Add(detected, sample.Objects);
            }
        }

        return precision.Compute();
    }

    public void Dispose() => grid.Dispose();

    private static Tensor Stacked(IReadOnlyList<LabeledImage> samples) =>
        stack([.. samples.Select(sample => tensor(sample.Pixels).view(3, ShapeImages.Size, ShapeImages.Size))]);

    /// <summary>Rises for the first steps, then falls along a cosine; 0 to 1.</summary>
    private static double Rate(int step, int steps) =>
        step < WarmupSteps
            ? (step + 1.0) / WarmupSteps
            : 0.5 * (1 + Math.Cos(Math.PI * (step - WarmupSteps) / Math.Max(1, steps - WarmupSteps)));
}
