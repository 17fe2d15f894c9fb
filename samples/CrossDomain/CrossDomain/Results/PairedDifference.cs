using MathNet.Numerics.Distributions;

namespace CrossDomain.Results;

/// <summary>How a variant differs from the baseline over the same seeds.</summary>
/// <param name="Mean">The mean difference.</param>
/// <param name="Deviation">The standard deviation of the differences, with n - 1; NaN below two seeds.</param>
/// <param name="HalfWidth">Half the 95 % confidence interval of the mean, by Student's t; NaN below two seeds.</param>
/// <param name="P">The two-sided p-value of a paired t-test, not corrected; NaN below two seeds.</param>
internal sealed record PairedDifference(double Mean, double Deviation, double HalfWidth, double P)
{
    public static PairedDifference Of(IReadOnlyList<double> values, IReadOnlyList<double> baseline)
    {
        var differences = values.Zip(baseline, (value, reference) => value - reference).ToArray();
        var (count, mean) = (differences.Length, differences.Average());
        if (count < 2)
        {
            return new PairedDifference(mean, double.NaN, double.NaN, double.NaN);
        }

        var deviation = Math.Sqrt(differences.Sum(each => (each - mean) * (each - mean)) / (count - 1));
        var error = deviation / Math.Sqrt(count);
        var student = new StudentT(0, 1, count - 1);
        var p = error > 0 ? 2 * student.CumulativeDistribution(-Math.Abs(mean) / error) : mean == 0 ? 1 : 0;
        return new PairedDifference(mean, deviation, student.InverseCumulativeDistribution(0.975) * error, p);
    }

    /// <summary>
    /// Corrects p-values for their number (Holm, "A simple sequentially rejective multiple test procedure", 1979): the smallest is
    /// multiplied by their number, the next by one less, and none falls below the one before.
    /// </summary>
    public static double[] Corrected(IReadOnlyList<double> values)
    {
        var corrected = new double[values.Count];
        var last = 0.0;
        foreach (var (position, rank) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Select((position, rank) => (position, rank)))
        {
            corrected[position] = double.IsNaN(values[position]) ? double.NaN : last = Math.Max(last, Math.Min(1, values[position] * (values.Count - rank)));
        }

        return corrected;
    }
}
