namespace Detection.Models;

/// <summary>Keeps one box where several show the same object.</summary>
public static class NonMaximumSuppression
{
    /// <param name="boxes">The boxes of an image.</param>
    /// <param name="maxOverlap">The intersection over union up to which two boxes of a class both stay.</param>
    /// <returns>The boxes that stay, best first.</returns>
    public static IReadOnlyList<DetectedBox> PerClass(IEnumerable<DetectedBox> boxes, float maxOverlap)
    {
        var kept = new List<DetectedBox>();
        foreach (var box in boxes.OrderByDescending(box => box.Score))
        {
            var ofClass = kept.Where(better => better.Label == box.Label);
            if (ofClass.All(better => better.Box.IntersectionOverUnion(box.Box) <= maxOverlap))
            {
                kept.Add(box);
            }
        }

        return kept;
    }
}
