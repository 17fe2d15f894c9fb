using System.Numerics;
using System.Runtime.Intrinsics;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>
/// Patch-aware batch normalization on the CPU, over contiguous NCHW maps of float or double: two passes forward
/// (moments, output) and two backward (sums, input gradient).
/// </summary>
/// <remarks>
/// <para>
/// A channel's two passes follow each other while its values are in cache; small channels take each pass some together.
/// Where there are fewer channels than keep all threads busy, the batch is split too, and all channels' first passes come
/// before the second ones.
/// </para>
/// <para>
/// A reduction goes across the images at each place of a map (<see cref="PatchWalk"/>), several images at once, which
/// memory serves as so many streams; an elementwise pass goes image by image. So that memory is never idle, a reduction
/// has the memory fetched that the pass behind it writes, and that pass has the next channel fetched. Results that no
/// cache would hold are written past the caches. Which thread does what has no say in the result.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the maps and parameters, <see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed unsafe class CpuKernel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Bytes of maps that do not stay in the last cache beside others.
    private const long LargeMaps = 16 << 20;

    // What all that one pass reads of some small channels may come to, so that the next pass finds it in the nearest cache.
    private const int ValuesTogether = 1600;

    private readonly int _images;
    private readonly int _channels;
    private readonly long _area;
    private readonly PatchSplits _splits;
    private readonly int _patches;
    private readonly PatchWalk _first;
    private readonly PatchWalk? _second;
    private readonly int _runLength;
    private readonly int _together;
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
        _runLength = _first.RunLength;
        _together = (int)Math.Clamp(ValuesTogether / (_images * _area), 1, 16);
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
    public void Forward(T* output, T* bias, T* runningMean, T* runningVar, double batchWeight, double eps)
    {
        var past = GoesPastCaches(output);
        ForEachChannel(
            (share, sums) => AddMoments(share, past ? null : output, sums),
            (share, sums) => ConcludeMoments(share, sums, runningMean, runningVar, batchWeight, eps),
            (share, _) => Normalize(share, output, bias, past));
    }

    /// <summary>Computes the gradients.</summary>
    /// <param name="outputGradient">The gradient of the output, shape (N, C, H, W).</param>
    /// <param name="inputGradient">Receives the gradient of the input, shape (N, C, H, W); or null.</param>
    /// <param name="weightGradient">Receives the gradient of the weight, shape (C); or null.</param>
    /// <param name="biasGradient">Receives the gradient of the bias, shape (C); or null.</param>
    public void Backward(T* outputGradient, T* inputGradient, T* weightGradient, T* biasGradient)
    {
        var past = GoesPastCaches(inputGradient);
        ForEachChannel(
            (share, sums) => AddProducts(share, outputGradient, past ? null : inputGradient, sums),
            (share, sums) => ConcludeProducts(share, sums, weightGradient, biasGradient),
            inputGradient is null ? null : (share, sums) => InputGradient(share, outputGradient, inputGradient, sums, past));
    }

    /// <summary>
    /// Whether what is written is better written past the caches, as it is too large for any of it to be there when it is
    /// read.
    /// </summary>
    private bool GoesPastCaches(T* target) =>
        sizeof(T) * _images * ImageStride >= LargeMaps && Places<T>.CanWritePastCaches(target, _runLength);

    /// <summary>Channels of some of the images, and memory for what a pass has to remember.</summary>
    /// <param name="From">The first channel.</param>
    /// <param name="To">The end of the channels.</param>
    /// <param name="FromImage">The first image.</param>
    /// <param name="ToImage">The end of the images.</param>
    /// <param name="Memory">Doubles: eight a place of a run, then four a patch of each channel.</param>
    private readonly record struct Share(int From, int To, int FromImage, int ToImage, nint Memory)
    {
        public int Images => ToImage - FromImage;
    }

    /// <param name="share">What to pass over.</param>
    /// <param name="sums">One number a patch and then another, of each channel of the share, shape (channels, 2, P).</param>
    private delegate void Pass(Share share, double* sums);

    /// <summary>Runs a reduction over the channels, then what follows from its sums, then an elementwise pass.</summary>
    private void ForEachChannel(Pass reduce, Pass conclude, Pass? write)
    {
        var size = 2 * _patches;

        // Behind what a share says some that is read and not looked at.
        var memorySize = 8 * _runLength + 4 * _patches * _together + 16;

        // A few shares a thread even out what else the machine does.
        var groups = Math.Clamp((4 * _threads + _channels - 1) / _channels, 1, _images);
        if (groups == 1)
        {
            Workers.For(_channels, _threads, memorySize + size * _together, (from, to, memory) =>
            {
                var sums = (double*)memory + memorySize;
                for (var channel = from; channel < to; channel += _together)
                {
                    var share = new Share(channel, Math.Min(channel + _together, to), 0, _images, memory);
                    new Span<double>(sums, size * _together).Clear();
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

                    conclude(new Share(channel, channel + 1, 0, _images, memory), total);
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
            new(i / groups, i / groups + 1, FirstImage(i % groups), FirstImage(i % groups + 1), memory);

        int FirstImage(int group) => (int)((long)group * _images / groups);
    }

    private PatchSplit SplitOf(int channel) => _splits.Of(channel);

    private PatchWalk WalkOf(PatchSplit split) => ReferenceEquals(split, _splits.First) ? _first : _second!;

    private long ImageStride => _channels * _area;

    private long StartOf(Share share, int channel, PatchWalk.Band band) =>
        share.FromImage * ImageStride + channel * _area + band.Start;

    private Runs RunsOf(Share share, PatchWalk.Band band) => new(_runLength, band.Rows, share.Images, ImageStride);

    /// <summary>
    /// How far behind a channel the one lies that comes next; 0 at the last, and where several lie so close to each other
    /// that memory brings them unasked.
    /// </summary>
    private long AheadOf(int channel) => _together == 1 && channel < _channels - 1 ? _area : 0;

    private double WeightOf(int channel) => _weight is null ? 1 : Places<T>.Widen(_weight[channel]);

    private double* MeansOf(int channel) => _kept + (2L * _patches + 2) * channel;

    private double* InverseDeviationsOf(int channel) => MeansOf(channel) + _patches;

    /// <summary>The running mean from before the batch, and behind it the running variance.</summary>
    private double* BeforeOf(int channel) => MeansOf(channel) + 2 * _patches;

    private double* SumsOf(Share share, int channel, double* sums) => sums + 2 * _patches * (channel - share.From);

    private void AddMoments(Share share, T* soon, double* sums)
    {
        TakeOrigins(share);
        var places = (double*)share.Memory;
        for (var channel = share.From; channel < share.To; channel++)
        {
            var walk = WalkOf(SplitOf(channel));
            foreach (var band in walk.Bands)
            {
                var start = StartOf(share, channel, band);
                var origins = Spread(share, channel, walk, band, 1);
                new Span<double>(places, 2 * _runLength).Clear();
                Places<T>.AddMoments(_input + start, origins, RunsOf(share, band), places, soon is null ? null : soon + start);
                AddPlaces(walk, band, places, SumsOf(share, channel, sums));
            }
        }
    }

    /// <summary>
    /// Chooses what the moments of the patches are taken about: the first value of each, so that neither a mean far from 0
    /// nor what lies in other patches costs accuracy; 0 where that is no finite number. They stand where the means will.
    /// </summary>
    private void TakeOrigins(Share share)
    {
        for (var channel = share.From; channel < share.To; channel++)
        {
            T* input = _input + channel * _area, values = Coefficients(share, channel);
            fixed (long* positions = WalkOf(SplitOf(channel)).FirstPositions)
            {
                for (var p = 0; p < _patches; p++)
                {
                    values[p] = input[positions[p]];
                }
            }
        }

        for (var channel = share.From; channel < share.To; channel++)
        {
            T* values = Coefficients(share, channel);
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                Places<T>.Store(Places<T>.LoadFinite(values + p), values + p).Store(MeansOf(channel) + p);
            }
        }
    }

    private void AddProducts(Share share, T* outputGradient, T* soon, double* sums)
    {
        for (var channel = share.From; channel < share.To; channel++)
        {
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                OriginOfProducts(channel, p, Coefficients(share, channel) + p);
            }
        }

        var places = (double*)share.Memory;
        for (var channel = share.From; channel < share.To; channel++)
        {
            var walk = WalkOf(SplitOf(channel));
            foreach (var band in walk.Bands)
            {
                var start = StartOf(share, channel, band);
                var origins = Spread(share, channel, walk, band, 1);
                new Span<double>(places, 2 * _runLength).Clear();
                Places<T>.AddProducts(
                    outputGradient + start,
                    _input + start,
                    origins,
                    RunsOf(share, band),
                    places,
                    soon is null ? null : soon + start);
                AddPlaces(walk, band, places, SumsOf(share, channel, sums));
            }
        }
    }

    /// <summary>What the products of some patches are taken about: their means in T, or 0 where those are not finite.</summary>
    private Vector256<double> OriginOfProducts(int channel, int patch, T* origins)
    {
        Places<T>.Store(Vector256.Load(MeansOf(channel) + patch), origins);
        return Places<T>.Store(Places<T>.LoadFinite(origins), origins);
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
    /// Makes the sums of the channels into the statistics that their patches are normalized by, and takes the moments of
    /// the batch, which follow from those of the patches, into the running statistics.
    /// </summary>
    private void ConcludeMoments(
        Share share, double* sums, T* runningMean, T* runningVar, double batchWeight, double eps)
    {
        double count = _images * _area;
        var (perImage, unbiasing) = (Vector256.Create(1.0 / _images), count / (count - 1));
        for (var channel = share.From; channel < share.To; channel++)
        {
            var split = SplitOf(channel);
            var walk = WalkOf(split);
            double* offsets = SumsOf(share, channel, sums), variances = offsets + _patches;
            double* means = MeansOf(channel), inverses = InverseDeviationsOf(channel), before = BeforeOf(channel);
            before[0] = runningMean is null ? 0 : Places<T>.Widen(runningMean[channel]);
            before[1] = runningVar is null ? 0 : Places<T>.Widen(runningVar[channel]);
            var accumulated = Vector256.Create(before[1]);
            fixed (double* shares = walk.Shares, perPosition = walk.PerPosition)
            {
                var total = Vector256<double>.Zero;
                for (var p = 0; p < _patches; p += Vector256<double>.Count)
                {
                    var perValue = Vector256.Load(perPosition + p) * perImage;
                    var offset = Vector256.Load(offsets + p) * perValue;
                    var variance = Vector256.Max(
                        Vector256<double>.Zero, Vector256.Load(variances + p) * perValue - offset * offset);
                    var mean = Vector256.Load(means + p) + offset;
                    mean.Store(means + p);
                    variance.Store(variances + p);
                    total += Vector256.Load(shares + p) * mean;
                    var spread = Mix(accumulated, variance, OwnWeights(split, channel, p));
                    var inverse = Vector256<double>.One / Vector256.Sqrt(spread + Vector256.Create(eps));

                    // What stands for no patch counts for nothing, and 0 * infinity would be NaN.
                    var isPatch = Vector256.GreaterThan(Vector256.Load(shares + p), Vector256<double>.Zero);
                    (inverse & isPatch).Store(inverses + p);
                }

                if (runningMean is null)
                {
                    continue;
                }

                var meanOfBatch = Vector256.Sum(total);
                var varianceOfBatch = Vector256<double>.Zero;
                for (var p = 0; p < _patches; p += Vector256<double>.Count)
                {
                    var fromMean = Vector256.Load(means + p) - Vector256.Create(meanOfBatch);
                    varianceOfBatch += Vector256.Load(shares + p) * (Vector256.Load(variances + p) + fromMean * fromMean);
                }

                var unbiased = Vector256.Sum(varianceOfBatch) * unbiasing;
                runningMean[channel] = Move(before[0], meanOfBatch, batchWeight);
                runningVar[channel] = Move(before[1], unbiased, batchWeight);
            }
        }
    }

    private void Normalize(Share share, T* output, T* bias, bool past)
    {
        for (var channel = share.From; channel < share.To; channel++)
        {
            var split = SplitOf(channel);
            var (weight, addend) = (WeightOf(channel), bias is null ? 0 : Places<T>.Widen(bias[channel]));
            var inverses = InverseDeviationsOf(channel);
            T* centers = Coefficients(share, channel), scales = centers + _patches, shifts = scales + _patches;
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                // What the center loses in T goes into the shift.
                var center = CenterOf(split, channel, p);
                var scale = Vector256.Create(weight) * Vector256.Load(inverses + p);
                var lost = center - Places<T>.Store(center, centers + p);
                Places<T>.Store(scale, scales + p);
                Places<T>.Store(Vector256.Create(addend) - lost * scale, shifts + p);
            }
        }

        for (var channel = share.From; channel < share.To; channel++)
        {
            var walk = WalkOf(SplitOf(channel));
            var ahead = AheadOf(channel);
            foreach (var band in walk.Bands)
            {
                var tables = Spread(share, channel, walk, band, 3);
                var start = StartOf(share, channel, band);
                Places<T>.Scale(_input + start, output + start, RunsOf(share, band), tables, ahead, past);
            }
        }
    }

    /// <summary>
    /// Makes the sums of the channels, of dy and dy * (x - origin), into the coefficients D and B of the input gradient
    /// dx = A * dy + B * (x - mean) + D, and into the gradients of the parameters.
    /// </summary>
    private void ConcludeProducts(Share share, double* sums, T* weightGradient, T* biasGradient)
    {
        for (var channel = share.From; channel < share.To; channel++)
        {
            var split = SplitOf(channel);
            double* gradients = SumsOf(share, channel, sums), products = gradients + _patches;
            var inverses = InverseDeviationsOf(channel);
            var perImage = Vector256.Create(-WeightOf(channel) / _images);
            Vector256<double> ofWeight = default, ofBias = default;
            fixed (double* perPosition = WalkOf(split).PerPosition)
            {
                for (var p = 0; p < _patches; p += Vector256<double>.Count)
                {
                    var (sum, inverse) = (Vector256.Load(gradients + p), Vector256.Load(inverses + p));
                    var origin = OriginOfProducts(channel, p, Coefficients(share, channel) + p);
                    var product = Vector256.Load(products + p) - (CenterOf(split, channel, p) - origin) * sum;
                    ofBias += sum;
                    ofWeight += product * inverse;

                    // dM/n and 2 dV/n of the closed form, by the weight of the patch's own statistics.
                    var factor = perImage * inverse * OwnWeights(split, channel, p) * Vector256.Load(perPosition + p);
                    (factor * sum).Store(gradients + p);
                    (factor * inverse * inverse * product).Store(products + p);
                }
            }

            if (weightGradient is not null)
            {
                weightGradient[channel] = Places<T>.Narrow(Vector256.Sum(ofWeight));
            }

            if (biasGradient is not null)
            {
                biasGradient[channel] = Places<T>.Narrow(Vector256.Sum(ofBias));
            }
        }
    }

    private void InputGradient(Share share, T* outputGradient, T* inputGradient, double* sums, bool past)
    {
        for (var channel = share.From; channel < share.To; channel++)
        {
            double* gradients = SumsOf(share, channel, sums), products = gradients + _patches;
            double* means = MeansOf(channel), inverses = InverseDeviationsOf(channel);
            var weight = Vector256.Create(WeightOf(channel));
            T* centers = Coefficients(share, channel), b = centers + _patches, d = b + _patches, a = d + _patches;
            for (var p = 0; p < _patches; p += Vector256<double>.Count)
            {
                var (mean, product) = (Vector256.Load(means + p), Vector256.Load(products + p));
                var lost = mean - Places<T>.Store(mean, centers + p);
                Places<T>.Store(product, b + p);
                Places<T>.Store(Vector256.Load(gradients + p) - lost * product, d + p);
                Places<T>.Store(weight * Vector256.Load(inverses + p), a + p);
            }
        }

        for (var channel = share.From; channel < share.To; channel++)
        {
            var walk = WalkOf(SplitOf(channel));
            var ahead = AheadOf(channel);
            foreach (var band in walk.Bands)
            {
                var tables = Spread(share, channel, walk, band, 4);
                var start = StartOf(share, channel, band);
                Places<T>.Combine(
                    outputGradient + start,
                    _input + start,
                    inputGradient + start,
                    RunsOf(share, band),
                    tables,
                    ahead,
                    past);
            }
        }
    }

    private Vector256<double> CenterOf(PatchSplit split, int channel, int patch) => Mix(
        Vector256.Create(BeforeOf(channel)[0]),
        Vector256.Load(MeansOf(channel) + patch),
        OwnWeights(split, channel, patch));

    /// <summary>The mix, in which a side of no weight has no say even where it is not finite.</summary>
    private static Vector256<double> Mix(
        Vector256<double> accumulated, Vector256<double> own, Vector256<double> ownWeight)
    {
        var (zero, one) = (Vector256<double>.Zero, Vector256<double>.One);
        var mixed = accumulated * (one - ownWeight) + own * ownWeight;
        mixed = Vector256.ConditionalSelect(Vector256.Equals(ownWeight, one), own, mixed);
        return Vector256.ConditionalSelect(Vector256.Equals(ownWeight, zero), accumulated, mixed);
    }

    private static T Move(double accumulated, double ofBatch, double weight) =>
        Places<T>.Narrow(accumulated * (1 - weight) + ofBatch * weight);

    /// <summary>The weights of the own statistics of four patches of a channel, 0 for what stands for no patch.</summary>
    private static Vector256<double> OwnWeights(PatchSplit split, int channel, int patch)
    {
        return split.Selected is null
            ? Vector256.Create(split.OwnWeight)
            : Vector256.Create(Of(patch), Of(patch + 1), Of(patch + 2), Of(patch + 3));

        double Of(int patch) => patch < split.Cuts.Count ? split.OwnWeightOf(channel, patch) : 0;
    }

    /// <summary>Up to four numbers a patch of a channel, shape (4, P), in the memory of the share.</summary>
    private T* Coefficients(Share share, int channel) =>
        (T*)((double*)share.Memory + 8L * _runLength + 4 * _patches * (channel - share.From));

    /// <summary>
    /// Gives each place of a band the coefficients of its patch, a table for each, in the share's memory: behind what
    /// <see cref="AddPlaces"/> needs.
    /// </summary>
    private T* Spread(Share share, int channel, PatchWalk walk, PatchWalk.Band band, int count)
    {
        var tables = (T*)((double*)share.Memory + 4 * _runLength);
        fixed (int* patchOf = walk.PatchOf)
        {
            var ofPatches = Coefficients(share, channel) + band.FirstPatch;
            Places<T>.Spread(ofPatches, _patches, band.Patches, patchOf, tables, count, _runLength);
        }

        return tables;
    }
}
