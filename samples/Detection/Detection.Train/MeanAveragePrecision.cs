using Detection.Models;

namespace Detection.Train;

/// <summary>
/// The mean over the classes of the area under the curve of precision over recall, as PASCAL VOC computes it since
/// 2010.
/// </summary>
/// <param name="minOverlap">The intersection over union from which a detection finds an object; 0 to 1.</param>
internal sealed class MeanAveragePrecision(float minOverlap = 0.5f)
{
    private readonly List<(int Image, DetectedBox Detection)> detections = [];
    private readonly List<IReadOnlyList<LabeledBox>> images = [];

    public void Add(IReadOnlyList<DetectedBox> detected, IReadOnlyList<LabeledBox> objects)
    {
        detections.AddRange(detected.Select(detection => (images.Count, detection)));
        images.Add(objects);
    }

    /// <returns>0 to 1; not a number where no image has an object.</returns>
    public double Compute()
    {
        var labels = images.SelectMany(objects => objects).Select(each => each.Label).Distinct().ToList();
        return labels.Count == 0 ? double.NaN : labels.Average(AveragePrecision);
    }

    private double AveragePrecision(int label)
    {
        var wanted = images.Sum(objects => objects.Count(each => each.Label == label));
        var found = new HashSet<(int Image, int Object)>();
        var precisions = new List<double>();
        var recalls = new List<double>();
        var ranked = detections
            .Where(each => each.Detection.Label == label)
            .OrderByDescending(each => each.Detection.Score);
        foreach (var (rank, (image, detection)) in ranked.Index())
        {
            // Who finds an object a second time is wrong.
            if (BestMatch(image, detection) is { } match)
            {
                found.Add((image, match));
            }

            precisions.Add(found.Count / (rank + 1.0));
            recalls.Add((double)found.Count / wanted);
        }

        return AreaUnder(recalls, precisions);
    }

    /// <summary>The object of the detection's class that it overlaps most, if that is enough.</summary>
    private int? BestMatch(int image, DetectedBox detection)
    {
        var (index, overlap) = images[image].Index()
            .Where(each => each.Item.Label == detection.Label)
            .Select(each => (each.Index, Overlap: each.Item.Box.IntersectionOverUnion(detection.Box)))
            .DefaultIfEmpty()
            .MaxBy(each => each.Overlap);
        return overlap >= minOverlap ? index : null;
    }

    /// <summary>The precision at each recall is the best at that recall or a greater one.</summary>
    private static double AreaUnder(List<double> recalls, List<double> precisions)
    {
        var area = 0.0;
        var best = 0.0;
        for (var i = precisions.Count - 1; i >= 0; i--)
        {
            best = Math.Max(best, precisions[i]);
            area += best * (recalls[i] - (i > 0 ? recalls[i - 1] : 0));
        }

        return area;
    }
}
