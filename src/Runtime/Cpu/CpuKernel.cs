using System.Numerics;
using System.Runtime.Intrinsics;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>
/// Patch-aware batch normalization on the CPU, over contiguous NCHW maps of float or double: two passes forward
/// (moments, output) and two backward (sums, input gradient).
/// </summary>
/// <remarks>
/// <para>
/// A channel's two passes follow each other while its values are in cache. Where there are fewer channels than keep all
/// threads busy, the batch is split too, and all channels' first passes come before the second ones.
/// </para>
/// <para>
/// A reduction goes across the images at each place of a map (<see cref="PatchWalk"/>), several images at once, which
/// memory serves as so many streams; an elementwise pass goes image by image. So that memory is never idle, a reduction
/// has the memory fetched that the pass behind it writes, and that pass has the next channel fetched. Which thread does
/// what has no say in the result.
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
    private readonly int _patches;
    private readonly PatchWalk _first;
    private readonly PatchWalk? _second;
    private readonly T* _input;
    private readonly T* _weight;
    private readonly double* _kept;
    private readonly int _threads = Workers.Count;

    /// <summary>Prepares for maps.</summary>
    /// <param name="shape">The shape (N, C, H, W), no size 0.</param>
    /// <param name="splits">Where the maps are cut, and how statistics mix.</param>
    /// <param name="input">The maps, shape (N, C, H, W).</param>
    /// <param name="weight">The affine weight, shape (C), or null for 1.</param>
    /// <param name="kept">
    /// What the forward writes and the backward reads, shape (C, <see cref="KeptOf"/>): the means of a channel's P
    /// patches, one over the deviations that they are normalized by, and the running mean and the running variance from
    /// before the batch, 0 where there are none.
    /// </param>
    public CpuKernel(long[] shape, PatchSplits splits, T* input, T* weight, double* kept)
    {
        (_images, _channels, _area) = ((int)shape[0], (int)shape[1], shape[2] * shape[3]);
        _input = input;
        _weight = weight;
        _kept = kept;
        _splits = splits;
        _patches = PatchesOf(splits);
        _first = new PatchWalk(splits.First.Cuts, _patches);
        _second = splits.Second is { } second ? new PatchWalk(second.Cuts, _patches) : null;
    }

    /// <summary>How many numbers a channel is kept by for the backward: two a patch and two.</summary>
    /// <param name="splits">Where the maps are cut.</param>
    public static int KeptOf(PatchSplits splits) => 2 * PatchesOf(splits) + 2;

    // P: the most patches of a split, rounded up to whole vectors.
    private static int PatchesOf(PatchSplits splits) =>
        (splits.MostPatches + Vector256<double>.Count - 1) / Vector256<double>.Count * Vector256<double>.Count;

    /// <summary>Normalizes the maps and takes the batch into the running statistics.</summary>
    /// <param name="output">Receives the output, shape (N, C, H, W).</param>
    /// <param name="bias">The affine bias, shape (C), or null for 0.</param>
    /// <param name="runningMean">The running mean, shape (C), updated; or null.</param>
    /// <param name="runningVar">The running unbiased variance, shape (C), updated; or null.</param>
    /// <param name="batchWeight">The weight of this batch in the running statistics.</param>
    /// <param name="eps">Added to the variance.</param>
    public void Forward(T* output, T* bias, T* runningMean, T* runningVar, double batchWeight, double eps) =>
        ForEachChannel(
            (share, sums) => AddMoments(share, output, sums),
            (share, sums) => ConcludeMoments(share, sums, runningMean, runningVar, batchWeight, eps),
            (share, _) => Normalize(share, output, bias));

    /// <summary>Computes the gradients.</summary>
    /// <param name="outputGradient">The gradient of the output, shape (N, C, H, W).</param>
    /// <param name="inputGradient">Receives the gradient of the input, shape (N, C, H, W); or null.</param>
    /// <param name="weightGradient">Receives the gradient of the weight, shape (C); or null.</param>
    /// <param name="biasGradient">Receives the gradient of the bias, shape (C); or null.</param>
    public void Backward(T* outputGradient, T* inputGradient, T* weightGradient, T* biasGradient) => ForEachChannel(
        (share, sums) => AddProducts(share, outputGradient, inputGradient, sums),
        (share, sums) => ConcludeProducts(share, sums, weightGradient, biasGradient),
        inputGradient is null ? null : (share, sums) => InputGradient(share, outputGradient, inputGradient, sums));

    /// <summary>A channel of some of the images, and memory for what a pass has to remember.</summary>
    /// <param name="Channel">The channel.</param>
    /// <param name="FromImage">The first image.</param>
    /// <param name="ToImage">The end of the images.</param>
    /// <param name="Memory">Doubles: eight a place of a run, then six a patch.</param>
    private readonly record struct Share(int Channel, int FromImage, int ToImage, nint Memory)
    {
        public int Images => ToImage - FromImage;
    }

    /// <param name="share">What to pass over.</param>
    /// <param name="sums">One number a patch of the channel, and then another, shape (2, P).</param>
    private delegate void Pass(Share share, double* sums);

    /// <summary>Runs a reduction over each channel, then what follows from its sums, then an elementwise pass.</summary>
    private void ForEachChannel(Pass reduce, Pass conclude, Pass? write)
    {
        var size = 2 * _patches;

        // Behind what a share says some that is read and not looked at.
        var memorySize = 8 * Math.Max(_first.RunLength, _second?.RunLength ?? 0) + 6 * _patches + 16;

        // A few shares a thread even out what else the machine does.
        var groups = Math.Clamp((4 * _threads + _channels - 1) / _channels, 1, _images);
        if (groups == 1)
        {
            Workers.For(_channels, _threads, memorySize + size, (from, to, memory) =>
            {
                var sums = (double*)memory + memorySize;
                for (var channel = from; channel < to; channel++)
                {
                    var share = new Share(channel, 0, _images, memory);
                    new Span<double>(sums, size).Clear();
                    reduce(share, sums);
                    conclude(share, sums);
                    write?.Invoke(share, sums);
                }
            });
            return;
        }

        fixed (double* all = new double[_channels * groups * size])
        {
            var sums = all;
            Workers.For(_channels * groups, _threads, memorySize, (from, to, memory) =>
            {
                for (var i = from; i < to; i++)
                {
                    reduce(ShareOf(i, memory), sums + i * size);
                }
            });
            Workers.For(_channels, 1, memorySize, (from, to, memory) =>
            {
                for (var channel = from; channel < to; channel++)
                {
                    var total = sums + channel * groups * size;
                    for (var i = size; i < groups * size; i++)
                    {
                        total[i % size] += total[i];
                    }

                    conclude(new Share(channel, 0, _images, memory), total);
                }
            });
            if (write is not null)
            {
                Workers.For(_channels * groups, _threads, memorySize, (from, to, memory) =>
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

    private PatchWalk WalkOf(int channel) => ReferenceEquals(_splits.Of(channel), _splits.First) ? _first : _second!;

    private long ImageStride => _channels * _area;

    private long StartOf(Share share, PatchWalk.Band band) =>
        share.FromImage * ImageStride + share.Channel * _area + band.Start;

    private Runs RunsOf(Share share, PatchWalk walk, PatchWalk.Band band) =>
        new(walk.RunLength, band.Rows, share.Images, ImageStride);

    /// <summary>How far behind a channel the one lies that comes next; 0 at the last.</summary>
    private long AheadOf(Share share) => share.Channel < _channels - 1 ? _area : 0;

    private double WeightOf(int channel) => _weight is null ? 1 : double.CreateTruncating(_weight[channel]);

    private double* MeansOf(int channel) => _kept + (2L * _patches + 2) * channel;

    private double* InverseDeviationsOf(int channel) => MeansOf(channel) + _patches;

    /// <summary>The running mean from before the batch, and behind it the running variance.</summary>
    private double* BeforeOf(int channel) => MeansOf(channel) + 2 * _patches;

    private void AddMoments(Share share, T* output, double* sums)
    {
        var walk = WalkOf(share.Channel);
        var places = (double*)share.Memory;
        FirstValues(share, walk);
        foreach (var band in walk.Bands)
        {
            var (start, runs) = (StartOf(share, band), RunsOf(share, walk, band));
            var origins = Spread(share, walk, band, 1);
            new Span<double>(places, 2 * walk.RunLength).Clear();
            Places<T>.AddMoments(_input + start, origins, runs, places, output + start);
            AddPlaces(walk, band, places, sums);
        }
    }

    private void AddProducts(Share share, T* outputGradient, T* inputGradient, double* sums)
    {
        var walk = WalkOf(share.Channel);
        var places = (double*)share.Memory;
        Means(share, walk);
        foreach (var band in walk.Bands)
        {
            var (start, runs) = (StartOf(share, band), RunsOf(share, walk, band));
            var soon = inputGradient is null ? null : inputGradient + start;
            var origins = Spread(share, walk, band, 1);
            new Span<double>(places, 2 * walk.RunLength).Clear();
            Places<T>.AddProducts(outputGradient + start, _input + start, origins, runs, places, soon);
            AddPlaces(walk, band, places, sums);
        }
    }

    /// <summary>
    /// Adds the two sums of each place of a band to those of its patches. Behind the sums of the places is memory for two
    /// rows.
    /// </summary>
    private void AddPlaces(PatchWalk walk, PatchWalk.Band band, double* places, double* sums)
    {
        var (length, width) = (walk.RunLength, walk.Width);
        var rows = places + 2 * length;
        fixed (int* columns = walk.Columns)
        {
            foreach (var strip in band.Strips)
            {
                double* first = places + strip.Start, second = first + length, total = sums + strip.FirstPatch;
                if (strip.Rows > 1)
                {
                    Places<T>.AddRows(first, strip.Rows, width, rows);
                    Places<T>.AddRows(second, strip.Rows, width, rows + width);
                    first = rows;
                    second = rows + width;
                }

                for (var k = 0; k < walk.ColumnCount; k++)
                {
                    double ofFirst = 0, ofSecond = 0;
                    for (var i = columns[k]; i < columns[k + 1]; i++)
                    {
                        ofFirst += first[i];
                        ofSecond += second[i];
                    }

                    total[k] += ofFirst;
                    total[_patches + k] += ofSecond;
                }
            }
        }
    }

    /// <summary>
    /// Makes the sums of a channel into the statistics that its patches are normalized by, and takes the moments of the
    /// batch, which follow from those of the patches, into the running statistics.
    /// </summary>
    private void ConcludeMoments(
        Share share, double* sums, T* runningMean, T* runningVar, double batchWeight, double eps)
    {
        var channel = share.Channel;
        double* variances = sums + _patches, ownWeights = OwnWeights(share), origins = FirstValues(share, WalkOf(channel));
        double* means = MeansOf(channel), inverses = InverseDeviationsOf(channel);
        var before = BeforeOf(channel);
        before[0] = runningMean is null ? 0 : double.CreateTruncating(runningMean[channel]);
        before[1] = runningVar is null ? 0 : double.CreateTruncating(runningVar[channel]);
        var accumulated = Vector256.Create(before[1]);
        fixed (double* shares = WalkOf(channel).Shares, perPosition = WalkOf(channel).PerPosition)
        {
            var total = Vector256<double>.Zero;
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                var perValue = Vector256.Load(perPosition + p) / Vector256.Create((double)_images);
                var offset = Vector256.Load(sums + p) * perValue;
                var variance = Vector256.Max(
                    Vector256<double>.Zero, Vector256.Load(variances + p) * perValue - offset * offset);
                var mean = Vector256.Load(origins + p) + offset;
                mean.Store(means + p);
                variance.Store(variances + p);
                total += Vector256.Load(shares + p) * mean;
                var spread = Mix(accumulated, variance, Vector256.Load(ownWeights + p));
                var inverse = Vector256<double>.One / Vector256.Sqrt(spread + Vector256.Create(eps));

                // What stands for no patch counts for nothing, and 0 * infinity would be NaN.
                var isPatch = Vector256.GreaterThan(Vector256.Load(shares + p), Vector256<double>.Zero);
                (inverse & isPatch).Store(inverses + p);
            }

            if (runningMean is null)
            {
                return;
            }

            var meanOfBatch = Vector256.Sum(total);
            var varianceOfBatch = Vector256<double>.Zero;
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                var fromMean = Vector256.Load(means + p) - Vector256.Create(meanOfBatch);
                varianceOfBatch += Vector256.Load(shares + p) * (Vector256.Load(variances + p) + fromMean * fromMean);
            }

            double count = _images * _area;
            var unbiased = Vector256.Sum(varianceOfBatch) * (count / (count - 1));
            runningMean[channel] = Move(runningMean[channel], meanOfBatch, batchWeight);
            runningVar[channel] = Move(runningVar[channel], unbiased, batchWeight);
        }
    }

    private void Normalize(Share share, T* output, T* bias)
    {
        var (channel, walk) = (share.Channel, WalkOf(share.Channel));
        var (weight, addend) = (WeightOf(channel), bias is null ? 0 : double.CreateTruncating(bias[channel]));
        double* inverses = InverseDeviationsOf(channel), ownWeights = OwnWeights(share);
        T* centers = Coefficients(share, walk), scales = centers + _patches, shifts = scales + _patches;
        for (var p = 0; p < _patches; p += Vector256<double>.Count)
        {
            // What the center loses in T goes into the shift.
            var center = CenterOf(channel, p, ownWeights);
            var scale = Vector256.Create(weight) * Vector256.Load(inverses + p);
            var lost = center - Places<T>.Store(center, centers + p);
            Places<T>.Store(scale, scales + p);
            Places<T>.Store(Vector256.Create(addend) - lost * scale, shifts + p);
        }

        foreach (var band in walk.Bands)
        {
            var tables = Spread(share, walk, band, 3);
            var start = StartOf(share, band);
            Places<T>.Scale(_input + start, output + start, RunsOf(share, walk, band), tables, AheadOf(share));
        }
    }

    /// <summary>
    /// Makes the sums of a channel, of dy and dy * (x - origin), into the coefficients D and B of the input gradient
    /// dx = A * dy + B * (x - mean) + D, and into the gradients of the parameters.
    /// </summary>
    private void ConcludeProducts(Share share, double* sums, T* weightGradient, T* biasGradient)
    {
        var channel = share.Channel;
        double* products = sums + _patches, inverses = InverseDeviationsOf(channel);
        double* ownWeights = OwnWeights(share), origins = Means(share, WalkOf(channel));
        var perImage = Vector256.Create(-WeightOf(channel) / _images);
        Vector256<double> ofWeight = default, ofBias = default;
        fixed (double* perPosition = WalkOf(channel).PerPosition)
        {
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                var (sum, inverse) = (Vector256.Load(sums + p), Vector256.Load(inverses + p));
                var offset = CenterOf(channel, p, ownWeights) - Vector256.Load(origins + p);
                var product = Vector256.Load(products + p) - offset * sum;
                ofBias += sum;
                ofWeight += product * inverse;

                // dM/n and 2 dV/n of the closed form, by the weight of the patch's own statistics.
                var factor = perImage * inverse * Vector256.Load(ownWeights + p) * Vector256.Load(perPosition + p);
                (factor * sum).Store(sums + p);
                (factor * inverse * inverse * product).Store(products + p);
            }
        }

        if (weightGradient is not null)
        {
            weightGradient[channel] = T.CreateTruncating(Vector256.Sum(ofWeight));
        }

        if (biasGradient is not null)
        {
            biasGradient[channel] = T.CreateTruncating(Vector256.Sum(ofBias));
        }
    }

    private void InputGradient(Share share, T* outputGradient, T* inputGradient, double* sums)
    {
        var (channel, walk) = (share.Channel, WalkOf(share.Channel));
        var weight = Vector256.Create(WeightOf(channel));
        double* means = MeansOf(channel), inverses = InverseDeviationsOf(channel), products = sums + _patches;
        T* centers = Coefficients(share, walk), b = centers + _patches, d = b + _patches, a = d + _patches;
        for (var p = 0; p < _patches; p += Vector256<double>.Count)
        {
            var (mean, product) = (Vector256.Load(means + p), Vector256.Load(products + p));
            var lost = mean - Places<T>.Store(mean, centers + p);
            Places<T>.Store(product, b + p);
            Places<T>.Store(Vector256.Load(sums + p) - lost * product, d + p);
            Places<T>.Store(weight * Vector256.Load(inverses + p), a + p);
        }

        foreach (var band in walk.Bands)
        {
            var tables = Spread(share, walk, band, 4);
            var start = StartOf(share, band);
            Places<T>.Combine(
                outputGradient + start,
                _input + start,
                inputGradient + start,
                RunsOf(share, walk, band),
                tables,
                AheadOf(share));
        }
    }

    private Vector256<double> CenterOf(int channel, int patch, double* ownWeights) => Mix(
        Vector256.Create(BeforeOf(channel)[0]),
        Vector256.Load(MeansOf(channel) + patch),
        Vector256.Load(ownWeights + patch));

    /// <summary>The mix, in which a side of no weight has no say even where it is not finite.</summary>
    private static Vector256<double> Mix(
        Vector256<double> accumulated, Vector256<double> own, Vector256<double> ownWeight)
    {
        var (zero, one) = (Vector256<double>.Zero, Vector256<double>.One);
        var mixed = accumulated * (one - ownWeight) + own * ownWeight;
        mixed = Vector256.ConditionalSelect(Vector256.Equals(ownWeight, one), own, mixed);
        return Vector256.ConditionalSelect(Vector256.Equals(ownWeight, zero), accumulated, mixed);
    }

    private static T Move(T accumulated, double ofBatch, double weight) =>
        T.CreateTruncating(double.CreateTruncating(accumulated) * (1 - weight) + ofBatch * weight);

    /// <summary>The weights of the own statistics of a channel's patches, shape (P), in the memory of the share.</summary>
    private double* OwnWeights(Share share)
    {
        var split = _splits.Of(share.Channel);
        var weights = MemoryOfPatches(share, WalkOf(share.Channel)) + 4 * _patches;
        new Span<double>(weights, _patches).Fill(split.OwnWeight);
        for (var p = 0; split.Selected is not null && p < split.Cuts.Count; p++)
        {
            weights[p] = split.OwnWeightOf(share.Channel, p);
        }

        return weights;
    }

    /// <summary>
    /// What the moments of a channel's patches are taken about, shape (P): the first value of each patch, so that neither a
    /// mean far from 0 nor what lies in other patches costs accuracy. See <see cref="Origins"/>.
    /// </summary>
    private double* FirstValues(Share share, PatchWalk walk)
    {
        T* input = _input + share.Channel * _area, values = Coefficients(share, walk);
        fixed (long* positions = walk.FirstPositions)
        {
            for (var p = 0; p < _patches; p++)
            {
                values[p] = input[positions[p]];
            }
        }

        return Origins(share, walk);
    }

    /// <summary>What the products of a channel's patches are taken about: their means. See <see cref="Origins"/>.</summary>
    private double* Means(Share share, PatchWalk walk)
    {
        var means = MeansOf(share.Channel);
        for (var p = 0; p < _patches; p += Vector256<double>.Count)
        {
            Places<T>.Store(Vector256.Load(means + p), Coefficients(share, walk) + p);
        }

        return Origins(share, walk);
    }

    /// <summary>
    /// Makes the first coefficients of a channel's patches into origins, 0 where they are no finite number, and gives them
    /// in double too, in the memory of the share.
    /// </summary>
    private double* Origins(Share share, PatchWalk walk)
    {
        var values = Coefficients(share, walk);
        var origins = MemoryOfPatches(share, walk) + 5 * _patches;
        for (var p = 0; p < _patches; p += Vector256<double>.Count)
        {
            var finite = Places<T>.LoadFinite(values + p);
            Places<T>.Store(finite, values + p);
            finite.Store(origins + p);
        }

        return origins;
    }

    /// <summary>Up to four numbers a patch, shape (4, P), in the memory of the share.</summary>
    private static T* Coefficients(Share share, PatchWalk walk) => (T*)MemoryOfPatches(share, walk);

    /// <summary>Six numbers a patch, behind those of the places.</summary>
    private static double* MemoryOfPatches(Share share, PatchWalk walk) => (double*)share.Memory + 8L * walk.RunLength;

    /// <summary>
    /// Gives each place of a band the coefficients of its patch, a table for each, in the share's memory: behind what
    /// <see cref="AddPlaces"/> needs.
    /// </summary>
    private T* Spread(Share share, PatchWalk walk, PatchWalk.Band band, int count)
    {
        var tables = (T*)((double*)share.Memory + 4 * walk.RunLength);
        fixed (int* patchOf = walk.PatchOf)
        {
            for (var i = 0; i < count; i++)
            {
                var ofPatches = Coefficients(share, walk) + i * _patches + band.FirstPatch;
                Places<T>.Spread(ofPatches, band.Patches, patchOf, tables + i * walk.RunLength, walk.RunLength);
            }
        }

        return tables;
    }
}
