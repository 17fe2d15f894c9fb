namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// Patch-aware batch normalization as plain loops over patches in float64, forward and backward by the closed form:
/// slow, and easy to compare with the page that defines it.
/// </summary>
internal sealed class ReferencePatchBatchNorm
{
    private readonly double[] _x;
    private readonly int[] _shape;
    private readonly double[] _weight;
    private readonly double[] _runningMean;
    private readonly double[] _runningVar;
    private readonly double _globalWeight;
    private readonly double _eps;
    private readonly List<Patch> _patches = [];

    public ReferencePatchBatchNorm(
        double[] x,
        long[] shape,
        PatchGrid grid,
        double[] weight,
        double[] bias,
        double[] runningMean,
        double[] runningVar,
        double globalWeight,
        double eps)
    {
        (_x, _shape, _weight) = (x, [.. shape.Select(size => (int)size)], weight);
        (_runningMean, _runningVar, _globalWeight, _eps) = (runningMean, runningVar, globalWeight, eps);
        int height = _shape[2], width = _shape[3];
        int rows = Math.Min(grid.Rows, height), columns = Math.Min(grid.Columns, width);
        Output = new double[x.Length];
        for (var channel = 0; channel < _shape[1]; channel++)
        {
            for (var r = 0; r < rows; r++)
            {
                for (var k = 0; k < columns; k++)
                {
                    Normalize(channel, bias[channel], Positions(
                        channel,
                        (r * height / rows, (r + 1) * height / rows),
                        (k * width / columns, (k + 1) * width / columns)));
                }
            }
        }
    }

    public double[] Output { get; }

    /// <summary>Mean of the whole batch per channel, straight from its values.</summary>
    public double[] BatchMean => [.. Channels().Select(values => values.Average())];

    /// <summary>Unbiased variance of the whole batch per channel, straight from its values.</summary>
    public double[] BatchVariance =>
        [.. Channels().Select(values => values.Sum(v => Square(v - values.Average())) / (values.Length - 1))];

    public (double[] Input, double[] Weight, double[] Bias) Backward(double[] outputGradient)
    {
        var input = new double[_x.Length];
        var weight = new double[_shape[1]];
        var bias = new double[_shape[1]];
        foreach (var patch in _patches)
        {
            var g = _weight[patch.Channel];
            var sum = patch.Positions.Sum(i => outputGradient[i]);
            var product = patch.Positions.Sum(i => outputGradient[i] * (_x[i] - patch.Center));
            weight[patch.Channel] += product / patch.Deviation;
            bias[patch.Channel] += sum;
            var byCenter = -g / patch.Deviation * sum;
            var byVariance = -g / (2 * Math.Pow(patch.Deviation, 3)) * product;
            foreach (var i in patch.Positions)
            {
                input[i] = g * outputGradient[i] / patch.Deviation
                    + (1 - _globalWeight) * (byCenter + 2 * byVariance * (_x[i] - patch.Mean)) / patch.Positions.Length;
            }
        }

        return (input, weight, bias);
    }

    private void Normalize(int channel, double bias, int[] positions)
    {
        var mean = positions.Average(i => _x[i]);
        var variance = positions.Average(i => Square(_x[i] - mean));
        var center = _globalWeight * _runningMean[channel] + (1 - _globalWeight) * mean;
        var deviation = Math.Sqrt(_globalWeight * _runningVar[channel] + (1 - _globalWeight) * variance + _eps);
        foreach (var i in positions)
        {
            Output[i] = _weight[channel] * (_x[i] - center) / deviation + bias;
        }

        _patches.Add(new Patch(channel, positions, mean, center, deviation));
    }

    private int[] Positions(int channel, (int Top, int Bottom) rows, (int Left, int Right) columns)
    {
        int channels = _shape[1], height = _shape[2], width = _shape[3];
        var positions = from n in Enumerable.Range(0, _shape[0])
                        from h in Enumerable.Range(rows.Top, rows.Bottom - rows.Top)
                        from w in Enumerable.Range(columns.Left, columns.Right - columns.Left)
                        select ((n * channels + channel) * height + h) * width + w;
        return [.. positions];
    }

    private IEnumerable<double[]> Channels() => _patches
        .GroupBy(patch => patch.Channel)
        .Select(patches => patches.SelectMany(patch => patch.Positions).Select(i => _x[i]).ToArray());

    private static double Square(double value) => value * value;

    private sealed record Patch(int Channel, int[] Positions, double Mean, double Center, double Deviation);
}
