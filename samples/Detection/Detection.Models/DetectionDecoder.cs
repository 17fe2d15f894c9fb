using static TorchSharp.torch;

namespace Detection.Models;

/// <summary>Turns predictions into boxes.</summary>
public sealed class DetectionDecoder(LocationGrid grid, int height, int width)
{
    /// <summary>What the network is less sure of is dropped, 0 to 1.</summary>
    public float MinScore { get; init; } = 0.05f;

    /// <summary>Boxes of a class that share more than this with a better one are dropped; 0 to 1.</summary>
    public float MaxOverlap { get; init; } = 0.5f;

    /// <summary>The best boxes of an image that are looked at.</summary>
    public int Candidates { get; init; } = 200;

    /// <summary>The best boxes of an image that are kept.</summary>
    public int MaxDetections { get; init; } = 50;

    /// <returns>For each image its boxes, best first.</returns>
    public IReadOnlyList<IReadOnlyList<DetectedBox>> Decode(Predictions predictions)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // A location at the edge of an object is sure of the class and wrong about the box: centerness holds it back.
        var scores = (predictions.Logits.sigmoid() * predictions.Centerness.sigmoid().unsqueeze(2)).sqrt();
        var corners = cat(
            [
                grid.Points - predictions.Distances.narrow(2, 0, 2),
                grid.Points + predictions.Distances.narrow(2, 2, 2),
            ],
            2);

        return [.. Enumerable.Range(0, (int)scores.shape[0]).Select(image => Decode(scores[image], corners[image]))];
    }

    /// <param name="scores">(L, classes).</param>
    /// <param name="corners">(L, 4).</param>
    private List<DetectedBox> Decode(Tensor scores, Tensor corners)
    {
        var classes = (int)scores.shape[1];
        var score = scores.contiguous().data<float>().ToArray();
        var side = corners.contiguous().data<float>().ToArray();
        var candidates = Enumerable.Range(0, score.Length)
            .Where(i => score[i] >= MinScore)
            .OrderByDescending(i => score[i])
            .Take(Candidates)
            .Select(i => new DetectedBox(BoxAt(i / classes), i % classes, score[i]));

        return [.. NonMaximumSuppression.PerClass(candidates, MaxOverlap).Take(MaxDetections)];

        Box BoxAt(int location) => new(
            Math.Clamp(side[4 * location], 0, width),
            Math.Clamp(side[4 * location + 1], 0, height),
            Math.Clamp(side[4 * location + 2], 0, width),
            Math.Clamp(side[4 * location + 3], 0, height));
    }
}
