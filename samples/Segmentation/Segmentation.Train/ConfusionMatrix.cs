namespace Segmentation.Train;

/// <summary>Counts pixels by their true class and by the one that was found.</summary>
sealed class ConfusionMatrix(int classes)
{
    readonly long[] counts = new long[classes * classes];

    /// <param name="found">Classes of any shape.</param>
    /// <param name="actual">The true classes, of the same shape.</param>
    public void Add(Tensor found, Tensor actual)
    {
        using var scope = NewDisposeScope();
        var pairs = bincount((actual * classes + found).flatten(), minlength: counts.Length).data<long>();
        for (var pair = 0; pair < counts.Length; pair++) counts[pair] += pairs[pair];
    }

    /// <summary>Intersection over union of each class, 0 to 1; NaN for a class that is neither there nor found.</summary>
    public double[] IoU() => [.. Enumerable.Range(0, classes).Select(c => (double)At(c, c) / (Actual(c) + Found(c) - At(c, c)))];

    /// <summary>The mean over the classes that are there or found.</summary>
    public double MeanIoU() => IoU().Where(double.IsFinite).DefaultIfEmpty().Average();

    long At(int actual, int found) => counts[actual * classes + found];
    long Actual(int c) => Enumerable.Range(0, classes).Sum(found => At(c, found));
    long Found(int c) => Enumerable.Range(0, classes).Sum(actual => At(actual, c));
}
