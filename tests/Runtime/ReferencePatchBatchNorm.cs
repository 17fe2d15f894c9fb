namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Patch-aware batch normalization as plain loops over patches in float64, forward and backward by the closed form:
/// slow, and easy to compare with the page that defines it. Beside each result stands how far arithmetic of a narrower
/// type may be from it.
/// </summary>
/// <remarks>
/// <para>
/// The bounds are first-order rounding analysis of any implementation that keeps to the contract: moments relative to
/// some value of the patch in the type itself, and sums over places in float64 relative to another. With the unit
/// roundoff u of the type and w of float64, a patch of mean m, mixed mean M, range r (largest less smallest value), first
/// value o, deviation S and own weight k:
/// </para>
/// <code>
/// mean      u*r + w*(|m-o| + |m|)
/// variance  u*r^2 + w*(m-o)^2                     what a difference of squares about o costs
/// 1/S       (k * variance / (2*S^2) + u) / S      first order in the variance's error
/// </code>
/// <para>
/// Each further bound is the formula of the result with absolute values in it, times u, plus the errors above times
/// their derivatives. Part of u and w is one factor for all results, how often a value is rounded: 8 in float32, where
/// few values are summed before the sum goes on in float64, and 32 in float64, whose sums run over hundreds of values
/// (their errors mostly cancel). Over 8000 situations the kernels came to a quarter and a third of the bounds.
/// </para>
/// </remarks>
internal sealed class ReferencePatchBatchNorm
{
    private const double WideUnit = 1.0 / (1L << 53);

    private readonly double[] _x;
    private readonly int[] _shape;
    private readonly double[]? _weight;
    private readonly double[]? _runningMean;
    private readonly double[]? _runningVar;
    private readonly double _unit;
    private readonly double _wideUnit;
    private readonly List<Patch> _patches = [];

    public ReferencePatchBatchNorm(
        double[] x,
        long[] shape,
        PatchGrid grid,
        double[]? weight,
        double[]? bias,
        double[]? runningMean,
        double[]? runningVar,
        double globalWeight,
        double eps,
        double unit = 0)
        : this(
            x,
            shape,
            _ => Even((int)shape[2], (int)shape[3], grid, globalWeight),
            weight,
            bias,
            runningMean,
            runningVar,
            eps,
            unit)
    {
    }

    /// <summary>For any splits; <c>unit</c> is the unit roundoff of the type that is compared with this.</summary>
    public ReferencePatchBatchNorm(
        double[] x,
        long[] shape,
        Func<int, Split> splitOfChannel,
        double[]? weight,
        double[]? bias,
        double[]? runningMean,
        double[]? runningVar,
        double eps,
        double unit = 0)
    {
        (_x, _shape, _weight) = (x, [.. shape.Select(size => (int)size)], weight);
        (_runningMean, _runningVar) = (runningMean, runningVar);
        (_unit, _wideUnit) = ((unit > WideUnit ? 8 : 32) * unit, unit == 0 ? 0 : 32 * WideUnit);
        Output = new Bounded(x.Length);
        for (var channel = 0; channel < _shape[1]; channel++)
        {
            var (rows, columns, ownWeight) = splitOfChannel(channel);
            for (var r = 0; r < rows.Length - 1; r++)
            {
                for (var k = 0; k < columns.Length - 1; k++)
                {
                    Normalize(
                        channel,
                        bias?[channel] ?? 0,
                        Positions(channel, (rows[r], rows[r + 1]), (columns[k], columns[k + 1])),
                        ownWeight(channel, r * (columns.Length - 1) + k),
                        eps);
                }
            }
        }
    }

    /// <summary>Where a map is cut, 0 to H and 0 to W, and the weight of a channel's patch's own statistics.</summary>
    public sealed record Split(int[] Rows, int[] Columns, Func<int, int, double> OwnWeight)
    {
        public static Split Of(PatchSplit split) =>
            new(split.Cuts.Rows.ToArray(), split.Cuts.Columns.ToArray(), split.OwnWeightOf);
    }

    public Bounded Output { get; }

    /// <summary>Mean of the whole batch per channel, straight from its values.</summary>
    public double[] BatchMean => [.. Channels().Select(Mean)];

    /// <summary>Unbiased variance of the whole batch per channel, straight from its values.</summary>
    public double[] BatchVariance =>
        [.. Channels().Select(values => Squares(values, Mean(values)) / (values.Length - 1))];

    /// <summary>The split of a layout that is Even, and the same weight everywhere.</summary>
    public static Split Even(int height, int width, PatchGrid grid, double globalWeight)
    {
        return new Split(Cuts(height, grid.Rows), Cuts(width, grid.Columns), (_, _) => 1 - globalWeight);

        static int[] Cuts(int length, int parts) =>
            [.. Enumerable.Range(0, Math.Min(parts, length) + 1).Select(i => i * length / Math.Min(parts, length))];
    }

    /// <summary>The running statistics after the batch.</summary>
    /// <param name="batchWeight">The weight of the batch in them.</param>
    public (Bounded Mean, Bounded Variance) Running(double batchWeight)
    {
        var (mean, variance) = (new Bounded(_shape[1]), new Bounded(_shape[1]));
        var (batchMean, batchVariance) = (BatchMean, BatchVariance);
        foreach (var channel in _patches.GroupBy(patch => patch.Channel))
        {
            var c = channel.Key;
            double count = channel.Sum(patch => patch.Positions.Length);
            var meanError = channel.Sum(patch => patch.Positions.Length * patch.MeanError) / count;
            var varianceError = channel.Sum(patch => patch.Positions.Length
                * (patch.VarianceError + 2 * Math.Abs(patch.Mean - batchMean[c]) * (patch.MeanError + meanError)))
                / (count - 1);
            Set(mean, c, _runningMean![c], batchMean[c], meanError);
            Set(variance, c, _runningVar![c], batchVariance[c], varianceError);
        }

        return (mean, variance);

        void Set(Bounded running, int channel, double before, double ofBatch, double error)
        {
            running.Values[channel] = before * (1 - batchWeight) + ofBatch * batchWeight;
            running.Errors[channel] = batchWeight * error
                + _unit * (Math.Abs(before * (1 - batchWeight)) + Math.Abs(ofBatch * batchWeight));
        }
    }

    public (Bounded Input, Bounded Weight, Bounded Bias) Backward(double[] outputGradient)
    {
        var input = new Bounded(_x.Length);
        var weight = new Bounded(_shape[1]);
        var bias = new Bounded(_shape[1]);
        foreach (var patch in _patches)
        {
            var (c, s, n) = (patch.Channel, patch.Deviation, patch.Positions.Length);
            var (g, k) = (_weight?[c] ?? 1, patch.OwnWeight);
            Sum ofGradients = default, ofProducts = default;
            double sizes = 0, productSizes = 0;
            foreach (var i in patch.Positions)
            {
                var (dy, fromCenter) = (outputGradient[i], _x[i] - patch.Center);
                ofGradients.Add(dy);
                ofProducts.Add(dy * fromCenter);
                sizes += Math.Abs(dy);
                productSizes += Math.Abs(dy * fromCenter);
            }

            var (sum, product) = (ofGradients.Value, ofProducts.Value);
            weight.Values[c] += product / s;
            bias.Values[c] += sum;
            var byCenter = -g / s * sum;
            var byVariance = -g / (2 * Math.Pow(s, 3)) * product;

            // In the end the products are those with the distance from the center, but part by part with the distances
            // from some value of the patch and from the first one of the channel.
            var productError = sizes * (k * patch.MeanError
                + _unit * (patch.Range + Math.Abs(patch.Center - patch.Mean))
                + _wideUnit * (Math.Abs(patch.Mean - patch.Origin) + Math.Abs(patch.Center)));
            weight.Errors[c] += (productError + productSizes * (_unit + patch.DeviationError)) / s;
            bias.Errors[c] += _unit * sizes;
            var ofSum = Math.Abs(k * g / (s * n)) * sizes;
            var perProduct = Math.Abs(k * g / (Math.Pow(s, 3) * n));
            foreach (var i in patch.Positions)
            {
                var (dy, fromMean) = (outputGradient[i], _x[i] - patch.Mean);
                input.Values[i] = g * dy / s + k * (byCenter + 2 * byVariance * fromMean) / n;
                var terms = Math.Abs(g * dy / s) + ofSum + perProduct * productSizes * Math.Abs(fromMean);
                input.Errors[i] = terms * (_unit + 3 * patch.DeviationError)
                    + perProduct * (productError * Math.Abs(fromMean) + productSizes * patch.MeanError);
            }
        }

        return (input, weight, bias);
    }

    private void Normalize(int channel, double bias, int[] positions, double ownWeight, double eps)
    {
        var values = Array.ConvertAll(positions, i => _x[i]);
        var (mean, range) = (Mean(values), values.Max() - values.Min());
        var variance = Squares(values, mean) / values.Length;
        var center = Mix(_runningMean, mean);
        var squaredDeviation = Mix(_runningVar, variance) + eps;
        var deviation = Math.Sqrt(squaredDeviation);
        var (g, origin) = (_weight?[channel] ?? 1, _x[positions[0]]);
        var meanError = _unit * range + _wideUnit * (Math.Abs(mean - origin) + Math.Abs(mean));
        var varianceError = _unit * Square(range) + _wideUnit * Square(mean - origin);
        var deviationError = ownWeight * varianceError / (2 * squaredDeviation) + _unit;

        // A center is more than a type holds; what is left of it is only held so well itself.
        var centerError = ownWeight * meanError + _unit * _unit * Math.Abs(center);
        foreach (var i in positions)
        {
            var fromCenter = _x[i] - center;
            Output.Values[i] = g * fromCenter / deviation + bias;
            Output.Errors[i] = Math.Abs(g / deviation)
                * (centerError + Math.Abs(fromCenter) * (_unit + deviationError))
                + _unit * (Math.Abs(bias) + Math.Abs(Output.Values[i]));
        }

        _patches.Add(new Patch(channel, positions, ownWeight, origin, mean, range, center, deviation)
        {
            MeanError = meanError,
            VarianceError = varianceError,
            DeviationError = deviationError,
        });

        double Mix(double[]? running, double own) => ownWeight switch
        {
            1 => own,
            0 => running![channel],
            _ => (1 - ownWeight) * running![channel] + ownWeight * own,
        };
    }

    private int[] Positions(int channel, (int Top, int Bottom) rows, (int Left, int Right) columns)
    {
        int channels = _shape[1], height = _shape[2], width = _shape[3];
        var positions = new int[_shape[0] * (rows.Bottom - rows.Top) * (columns.Right - columns.Left)];
        var i = 0;
        for (var n = 0; n < _shape[0]; n++)
        {
            for (var h = rows.Top; h < rows.Bottom; h++)
            {
                for (var w = columns.Left; w < columns.Right; w++)
                {
                    positions[i++] = ((n * channels + channel) * height + h) * width + w;
                }
            }
        }

        return positions;
    }

    private IEnumerable<double[]> Channels() => _patches
        .GroupBy(patch => patch.Channel)
        .Select(patches => patches.SelectMany(patch => patch.Positions).Select(i => _x[i]).ToArray());

    // About the first value, so that what the reference itself loses does not grow with the mean.
    private static double Mean(double[] values)
    {
        Sum sum = default;
        foreach (var value in values)
        {
            sum.Add(value - values[0]);
        }

        return values[0] + sum.Value / values.Length;
    }

    private static double Squares(double[] values, double center)
    {
        Sum sum = default;
        foreach (var value in values)
        {
            sum.Add(Square(value - center));
        }

        return sum.Value;
    }

    private static double Square(double value) => value * value;

    /// <summary>Kahan's sum, so that what the reference itself loses does not grow with the number of values.</summary>
    private struct Sum
    {
        private double _lost;

        public double Value { get; private set; }

        public void Add(double value)
        {
            var addend = value - _lost;
            var next = Value + addend;
            _lost = next - Value - addend;
            Value = next;
        }
    }

    private sealed record Patch(
        int Channel,
        int[] Positions,
        double OwnWeight,
        double Origin,
        double Mean,
        double Range,
        double Center,
        double Deviation)
    {
        public required double MeanError { get; init; }

        public required double VarianceError { get; init; }

        /// <summary>Relative to the deviation.</summary>
        public required double DeviationError { get; init; }
    }
}
