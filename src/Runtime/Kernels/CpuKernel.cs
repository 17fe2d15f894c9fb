using System.Numerics;

namespace PbnRewriter.Runtime.Kernels;

/// <summary>
/// Patch-aware batch normalization on the CPU, over contiguous NCHW maps of float or double: two passes forward
/// (moments, output) and two backward (sums, input gradient).
/// </summary>
/// <remarks>
/// <para>
/// A channel's two passes follow each other while its values are in cache. Where there are fewer channels than keep all
/// threads busy, the batch is split too, and the passes are separate.
/// </para>
/// <para>
/// Sums are kept in double, one a place of a run (<see cref="PatchWalk"/>), relative to the channel's first value, so
/// neither many values nor a mean far from 0 costs accuracy. Which thread does what has no say in the result.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the maps and parameters, <see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class CpuKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _images;
    private readonly int _channels;
    private readonly long _area;
    private readonly PatchSplits _splits;
    private readonly PatchWalk _first;
    private readonly PatchWalk? _second;
    private readonly int _threads = Workers.Count;

    /// <summary>Prepares for maps of one shape.</summary>
    /// <param name="shape">The shape (N, C, H, W), no size 0.</param>
    /// <param name="splits">Where the maps are cut, and how statistics mix.</param>
    public CpuKernel(long[] shape, PatchSplits splits)
    {
        (_images, _channels, _area) = ((int)shape[0], (int)shape[1], shape[2] * shape[3]);
        _splits = splits;
        _first = new PatchWalk(splits.First.Cuts);
        _second = splits.Second is { } second ? new PatchWalk(second.Cuts) : null;
    }

    /// <summary>The maps, shape (N, C, H, W).</summary>
    public required T* Input { get; init; }

    /// <summary>The affine weight, shape (C), or null for 1.</summary>
    public required T* Weight { get; init; }

    /// <summary>
    /// The mean of each patch, and one over the deviation that it is normalized by: shape (C, P, 2), where P is the most
    /// patches that a split has. The forward writes and the backward reads them.
    /// </summary>
    public required double* Statistics { get; init; }

    /// <summary>
    /// The running means and then the running variances from before the batch, shape (2, C), or null where there are
    /// none. The forward writes and the backward reads them.
    /// </summary>
    public required double* Before { get; init; }

    /// <summary>Normalizes the maps and takes the batch into the running statistics.</summary>
    /// <param name="output">Receives the output, shape (N, C, H, W).</param>
    /// <param name="bias">The affine bias, shape (C), or null for 0.</param>
    /// <param name="runningMean">The running mean, shape (C), updated; or null.</param>
    /// <param name="runningVar">The running unbiased variance, shape (C), updated; or null.</param>
    /// <param name="batchWeight">The weight of this batch in the running statistics.</param>
    /// <param name="eps">Added to the variance.</param>
    public void Forward(T* output, T* bias, T* runningMean, T* runningVar, double batchWeight, double eps) => ForEachChannel(
        AddMoments,
        (channel, sums) => ConcludeMoments(channel, sums, runningMean, runningVar, batchWeight, eps),
        (share, _) => Normalize(share, output, bias));

    /// <summary>Computes the gradients.</summary>
    /// <param name="outputGradient">The gradient of the output, shape (N, C, H, W).</param>
    /// <param name="inputGradient">Receives the gradient of the input, shape (N, C, H, W); or null.</param>
    /// <param name="weightGradient">Receives the gradient of the weight, shape (C); or null.</param>
    /// <param name="biasGradient">Receives the gradient of the bias, shape (C); or null.</param>
    public void Backward(T* outputGradient, T* inputGradient, T* weightGradient, T* biasGradient) => ForEachChannel(
        (share, sums) => AddProducts(share, outputGradient, sums),
        (channel, sums) => ConcludeProducts(channel, sums, weightGradient, biasGradient),
        inputGradient is null ? null : (share, sums) => InputGradient(share, outputGradient, inputGradient, sums));

    /// <summary>A channel of some of the images, and room for four tables of a run.</summary>
    private readonly record struct Share(int Channel, int FromImage, int ToImage, nint Tables);

    /// <param name="share">What to pass over.</param>
    /// <param name="sums">Two numbers a patch of the channel.</param>
    private delegate void Pass(Share share, double* sums);

    private delegate void Conclusion(int channel, double* sums);

    /// <summary>Runs a reduction over each channel, then what follows from its sums, then an elementwise pass.</summary>
    private void ForEachChannel(Pass reduce, Conclusion conclude, Pass? write)
    {
        var size = 2 * _splits.MostPatches;
        var tableLength = 4 * Math.Max(_first.RunLength, _second?.RunLength ?? 0);

        // A few shares a thread even out what else the machine does.
        var groups = Math.Clamp((4 * _threads + _channels - 1) / _channels, 1, _images);
        if (groups == 1)
        {
            Workers.For(_channels, _threads, tableLength + size, (from, to, memory) =>
            {
                for (var channel = from; channel < to; channel++)
                {
                    var sums = (double*)memory + tableLength;
                    var share = new Share(channel, 0, _images, memory);
                    new Span<double>(sums, size).Clear();
                    reduce(share, sums);
                    conclude(channel, sums);
                    write?.Invoke(share, sums);
                }
            });
            return;
        }

        fixed (double* all = new double[_channels * groups * size])
        {
            var sums = all;
            Workers.For(_channels * groups, _threads, tableLength, (from, to, memory) =>
            {
                for (var i = from; i < to; i++)
                {
                    reduce(ShareOf(i, memory), sums + i * size);
                }
            });
            for (var channel = 0; channel < _channels; channel++)
            {
                var total = sums + channel * groups * size;
                for (var i = size; i < groups * size; i++)
                {
                    total[i % size] += total[i];
                }

                conclude(channel, total);
            }

            if (write is not null)
            {
                Workers.For(_channels * groups, _threads, tableLength, (from, to, memory) =>
                {
                    for (var i = from; i < to; i++)
                    {
                        write(ShareOf(i, memory), sums + i / groups * groups * size);
                    }
                });
            }
        }

        Share ShareOf(int i, nint memory) =>
            new(i / groups, FirstImage(i % groups), FirstImage(i % groups + 1), memory);

        int FirstImage(int group) => (int)((long)group * _images / groups);
    }

    private PatchWalk WalkOf(int channel) => _splits.Of(channel) == _splits.First ? _first : _second!;

    /// <summary>What sums are relative to: a value of the channel, so that a mean far from 0 cancels nothing.</summary>
    private double OriginOf(int channel)
    {
        var value = Input[channel * _area];
        return T.IsFinite(value) ? double.CreateTruncating(value) : 0;
    }

    private double* StatisticsOf(int channel) => Statistics + 2L * channel * _splits.MostPatches;

    private double WeightOf(int channel) => Weight is null ? 1 : double.CreateTruncating(Weight[channel]);

    private void AddMoments(Share share, double* sums)
    {
        var walk = WalkOf(share.Channel);
        var origin = OriginOf(share.Channel);
        var places = (double*)share.Tables;
        foreach (var band in walk.Bands)
        {
            new Span<double>(places, 2 * walk.RunLength).Clear();
            var runs = RunsOf(walk, band, share);
            for (var i = 0; i < runs.Blocks; i++)
            {
                Places.AddMoments(
                    Input + runs.Start + i * runs.BlockStride, runs.Count, runs.Stride, origin, places, walk.RunLength);
            }

            AddPlaces(band, places, walk.RunLength, sums);
        }
    }

    private void AddProducts(Share share, T* outputGradient, double* sums)
    {
        var walk = WalkOf(share.Channel);
        var origin = OriginOf(share.Channel);
        var places = (double*)share.Tables;
        foreach (var band in walk.Bands)
        {
            new Span<double>(places, 2 * walk.RunLength).Clear();
            var runs = RunsOf(walk, band, share);
            for (var i = 0; i < runs.Blocks; i++)
            {
                var start = runs.Start + i * runs.BlockStride;
                Places.AddProducts(
                    outputGradient + start, Input + start, runs.Count, runs.Stride, origin, places, walk.RunLength);
            }

            AddPlaces(band, places, walk.RunLength, sums);
        }
    }

    private static void AddPlaces(PatchWalk.Band band, double* places, int length, double* sums)
    {
        foreach (var segment in band.Segments)
        {
            double first = 0, second = 0;
            for (var i = segment.Start; i < segment.End; i++)
            {
                first += places[i];
                second += places[length + i];
            }

            sums[2 * segment.Patch] += first;
            sums[2 * segment.Patch + 1] += second;
        }
    }

    /// <summary>
    /// Makes the sums of a channel into the statistics that its patches are normalized by, and takes the moments of the
    /// batch, which follow from those of the patches, into the running statistics.
    /// </summary>
    private void ConcludeMoments(
        int channel, double* sums, T* runningMean, T* runningVar, double batchWeight, double eps)
    {
        var split = _splits.Of(channel);
        var areas = WalkOf(channel).Areas;
        double count = _images * _area, mean = 0;
        for (var p = 0; p < areas.Length; p++)
        {
            var patchCount = (double)_images * areas[p];
            mean += sums[2 * p] / count;
            sums[2 * p] /= patchCount;
            sums[2 * p + 1] = Math.Max(0, sums[2 * p + 1] / patchCount - sums[2 * p] * sums[2 * p]);
        }

        if (Before is not null)
        {
            Before[channel] = double.CreateTruncating(runningMean[channel]);
            Before[_channels + channel] = double.CreateTruncating(runningVar[channel]);
        }

        var origin = OriginOf(channel);
        var accumulated = Before is null ? 0 : Before[_channels + channel];
        var statistics = StatisticsOf(channel);
        double squares = 0;
        for (var p = 0; p < areas.Length; p++)
        {
            var (offset, variance) = (sums[2 * p], sums[2 * p + 1]);
            squares += (double)_images * areas[p] * (variance + (offset - mean) * (offset - mean));
            statistics[2 * p] = origin + offset;
            statistics[2 * p + 1] = 1 / Math.Sqrt(Mix(accumulated, variance, split.OwnWeightOf(channel, p)) + eps);
        }

        if (Before is not null)
        {
            runningMean[channel] = Move(runningMean[channel], origin + mean, batchWeight);
            runningVar[channel] = Move(runningVar[channel], squares / (count - 1), batchWeight);
        }
    }

    private void Normalize(Share share, T* output, T* bias)
    {
        var (channel, walk) = (share.Channel, WalkOf(share.Channel));
        var split = _splits.Of(channel);
        var statistics = StatisticsOf(channel);
        var tables = (T*)share.Tables;
        var (weight, addend) = (WeightOf(channel), bias is null ? 0 : double.CreateTruncating(bias[channel]));
        foreach (var band in walk.Bands)
        {
            foreach (var segment in band.Segments)
            {
                var center = CenterOf(channel, segment.Patch, statistics, split);
                var scale = weight * statistics[2 * segment.Patch + 1];

                // What the center loses in T goes into the shift.
                var rounded = T.CreateTruncating(center);
                var shift = addend - (center - double.CreateTruncating(rounded)) * scale;
                Fill(tables, walk.RunLength, segment, rounded, T.CreateTruncating(scale), T.CreateTruncating(shift));
            }

            var runs = RunsOf(walk, band, share);
            for (var i = 0; i < runs.Blocks; i++)
            {
                var start = runs.Start + i * runs.BlockStride;
                Places.Scale(Input + start, output + start, runs.Count, runs.Stride, tables, walk.RunLength);
            }
        }
    }

    /// <summary>
    /// Makes the sums of a channel, of dy and dy * (x - origin), into the coefficients of the input gradient
    /// dx = A * dy + B * (x - mean) + D: A follows from the statistics, B and D take the place of the sums.
    /// </summary>
    private void ConcludeProducts(int channel, double* sums, T* weightGradient, T* biasGradient)
    {
        var split = _splits.Of(channel);
        var areas = WalkOf(channel).Areas;
        var (origin, weight) = (OriginOf(channel), WeightOf(channel));
        var statistics = StatisticsOf(channel);
        double ofWeight = 0, ofBias = 0;
        for (var p = 0; p < areas.Length; p++)
        {
            var (sum, inverse) = (sums[2 * p], statistics[2 * p + 1]);
            var product = sums[2 * p + 1] - (CenterOf(channel, p, statistics, split) - origin) * sum;
            ofBias += sum;
            ofWeight += product * inverse;

            // dM/n and 2 dV/n of the closed form, by the weight of the patch's own statistics.
            var share = -weight * inverse * split.OwnWeightOf(channel, p) / ((double)_images * areas[p]);
            sums[2 * p] = share * sum;
            sums[2 * p + 1] = share * inverse * inverse * product;
        }

        if (weightGradient is not null)
        {
            weightGradient[channel] = T.CreateTruncating(ofWeight);
        }

        if (biasGradient is not null)
        {
            biasGradient[channel] = T.CreateTruncating(ofBias);
        }
    }

    private void InputGradient(Share share, T* outputGradient, T* inputGradient, double* coefficients)
    {
        var walk = WalkOf(share.Channel);
        var statistics = StatisticsOf(share.Channel);
        var weight = WeightOf(share.Channel);
        var tables = (T*)share.Tables;
        foreach (var band in walk.Bands)
        {
            foreach (var segment in band.Segments)
            {
                var (mean, inverse) = (statistics[2 * segment.Patch], statistics[2 * segment.Patch + 1]);
                var (d, b) = (coefficients[2 * segment.Patch], coefficients[2 * segment.Patch + 1]);
                var rounded = T.CreateTruncating(mean);
                var shift = d - (mean - double.CreateTruncating(rounded)) * b;
                Fill(tables, walk.RunLength, segment, rounded, T.CreateTruncating(b), T.CreateTruncating(shift));
                new Span<T>(tables + 3 * walk.RunLength + segment.Start, segment.End - segment.Start)
                    .Fill(T.CreateTruncating(weight * inverse));
            }

            var runs = RunsOf(walk, band, share);
            for (var i = 0; i < runs.Blocks; i++)
            {
                var start = runs.Start + i * runs.BlockStride;
                Places.Combine(
                    outputGradient + start,
                    Input + start,
                    inputGradient + start,
                    runs.Count,
                    runs.Stride,
                    tables,
                    walk.RunLength);
            }
        }
    }

    private double CenterOf(int channel, int patch, double* statistics, PatchSplit split) =>
        Mix(Before is null ? 0 : Before[channel], statistics[2 * patch], split.OwnWeightOf(channel, patch));

    /// <summary>The mix, in which a side of no weight has no say even where it is not finite.</summary>
    private static double Mix(double accumulated, double own, double ownWeight) => ownWeight switch
    {
        0 => accumulated,
        1 => own,
        _ => accumulated * (1 - ownWeight) + own * ownWeight,
    };

    private static T Move(T accumulated, double ofBatch, double weight) =>
        T.CreateTruncating(double.CreateTruncating(accumulated) * (1 - weight) + ofBatch * weight);

    private static void Fill(T* tables, int length, PatchWalk.Segment segment, T first, T second, T third)
    {
        for (var i = segment.Start; i < segment.End; i++)
        {
            tables[i] = first;
            tables[length + i] = second;
            tables[2 * length + i] = third;
        }
    }

    /// <summary>Where the runs of a band lie: blocks of runs, each at a stride from the one before.</summary>
    private (long Start, int Blocks, long BlockStride, int Count, long Stride) RunsOf(
        PatchWalk walk, PatchWalk.Band band, Share share)
    {
        var images = share.ToImage - share.FromImage;
        var stride = _channels * _area;
        var start = share.FromImage * stride + share.Channel * _area + band.Start;
        return walk.IsByMap ? (start, 1, 0, images, stride) : (start, images, stride, band.Runs, walk.RunLength);
    }
}
