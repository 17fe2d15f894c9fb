using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>
/// The inner loops of the kernels: over runs of the same length, with one entry of a table for each place of a run.
/// </summary>
/// <remarks>
/// Sums are relative to a value of the patch, its origin, and a few values are summed in T before they go to a sum in
/// double. So what a sum loses is small beside the spread of the patch's values, however far their mean is from 0.
/// <para>
/// The two reductions, and the two that write, are alike and stand apart: with one loop for both, the compiler reads what
/// they differ in from memory at each step, and they take a third longer. They are compiled as fast as they get at once:
/// by profiles, some processes came to slower ones than others.
/// </para>
/// </remarks>
/// <typeparam name="T">The type of the values, <see cref="float"/> or <see cref="double"/>.</typeparam>
internal static unsafe class Places<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Runs at a time: reads and writes of the sums, which lie in memory, are shared by so many values.
    private const int Step = 4;

    /// <summary>Adds the values x - origin of each place, and their squares.</summary>
    /// <param name="x">The first run.</param>
    /// <param name="origins">The origin of each place.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddMoments(T* x, T* origins, Runs runs, double* sums, T* soon)
    {
        var squares = sums + runs.Length;
        var last = runs.Length - Vector<T>.Count;
        var mask = NotYetDone(runs.Length);
        for (var row = 0; row < runs.Rows; row++, x += runs.Length)
        {
            FetchRow(soon, row, runs);
            var left = runs.Images;
            long offset = 0;
            for (; left >= Step && last >= 0; left -= Step, offset += Step * runs.ImageStride)
            {
                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddFour(x + offset, i, Vector<T>.AllBitsSet);
                }

                AddFour(x + offset, last, mask);
            }

            for (; left > 0; left--, offset += runs.ImageStride)
            {
                if (last < 0)
                {
                    for (var i = 0; i < runs.Length; i++)
                    {
                        var value = x[offset + i] - origins[i];
                        sums[i] += double.CreateTruncating(value);
                        squares[i] += double.CreateTruncating(value * value);
                    }

                    continue;
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddOne(x + offset, i, Vector<T>.AllBitsSet);
                }

                AddOne(x + offset, last, mask);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void AddFour(T* values, int i, Vector<T> which)
        {
            var origin = Vector.Load(origins + i);
            var stride = runs.ImageStride;
            var (va, vb) = (Vector.Load(values + i) - origin, Vector.Load(values + stride + i) - origin);
            var (vc, vd) = (Vector.Load(values + 2 * stride + i) - origin, Vector.Load(values + 3 * stride + i) - origin);
            Add((va + vb) + (vc + vd), which, sums + i);
            Add((va * va + vb * vb) + (vc * vc + vd * vd), which, squares + i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void AddOne(T* values, int i, Vector<T> which)
        {
            var value = Vector.Load(values + i) - Vector.Load(origins + i);
            Add(value, which, sums + i);
            Add(value * value, which, squares + i);
        }
    }

    /// <summary>Adds the gradients dy of each place, and their products dy * (x - origin).</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="origins">The origin of each place.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(T* dy, T* x, T* origins, Runs runs, double* sums, T* soon)
    {
        var products = sums + runs.Length;
        var last = runs.Length - Vector<T>.Count;
        var mask = NotYetDone(runs.Length);
        for (var row = 0; row < runs.Rows; row++, x += runs.Length, dy += runs.Length)
        {
            FetchRow(soon, row, runs);
            var left = runs.Images;
            long offset = 0;
            for (; left >= Step && last >= 0; left -= Step, offset += Step * runs.ImageStride)
            {
                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddFour(dy + offset, x + offset, i, Vector<T>.AllBitsSet);
                }

                AddFour(dy + offset, x + offset, last, mask);
            }

            for (; left > 0; left--, offset += runs.ImageStride)
            {
                if (last < 0)
                {
                    for (var i = 0; i < runs.Length; i++)
                    {
                        sums[i] += double.CreateTruncating(dy[offset + i]);
                        products[i] += double.CreateTruncating(dy[offset + i] * (x[offset + i] - origins[i]));
                    }

                    continue;
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddOne(dy + offset, x + offset, i, Vector<T>.AllBitsSet);
                }

                AddOne(dy + offset, x + offset, last, mask);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void AddFour(T* gradients, T* values, int i, Vector<T> which)
        {
            var origin = Vector.Load(origins + i);
            var stride = runs.ImageStride;
            var (va, vb) = (Vector.Load(gradients + i), Vector.Load(gradients + stride + i));
            var (vc, vd) = (Vector.Load(gradients + 2 * stride + i), Vector.Load(gradients + 3 * stride + i));
            Add((va + vb) + (vc + vd), which, sums + i);
            va *= Vector.Load(values + i) - origin;
            vb *= Vector.Load(values + stride + i) - origin;
            vc *= Vector.Load(values + 2 * stride + i) - origin;
            vd *= Vector.Load(values + 3 * stride + i) - origin;
            Add((va + vb) + (vc + vd), which, products + i);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void AddOne(T* gradients, T* values, int i, Vector<T> which)
        {
            var gradient = Vector.Load(gradients + i);
            Add(gradient, which, sums + i);
            Add(gradient * (Vector.Load(values + i) - Vector.Load(origins + i)), which, products + i);
        }
    }

    /// <summary>Writes y = (x - center) * scale + shift, each of the three by place.</summary>
    /// <param name="x">The first run of values.</param>
    /// <param name="y">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them the scales, behind them the shifts.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(T* x, T* y, Runs runs, T* tables, long ahead)
    {
        T* centers = tables, scales = tables + runs.Length, shifts = scales + runs.Length;
        var last = runs.Length - Vector<T>.Count;
        for (var image = 0; image < runs.Images; image++)
        {
            var start = image * runs.ImageStride;
            for (var row = 0; row < runs.Rows; row++, start += runs.Length)
            {
                if (ahead > 0)
                {
                    Fetch(x + start + ahead, runs.Length);
                }

                if (last < 0)
                {
                    for (var i = 0; i < runs.Length; i++)
                    {
                        y[start + i] = (x[start + i] - centers[i]) * scales[i] + shifts[i];
                    }

                    continue;
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    ScaleVector(start, i);
                }

                // The last vector begins early enough to end with the run; what it computes again is the same.
                ScaleVector(start, last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void ScaleVector(long start, int i)
        {
            var fromCenter = Vector.Load(x + start + i) - Vector.Load(centers + i);
            (fromCenter * Vector.Load(scales + i) + Vector.Load(shifts + i)).Store(y + start + i);
        }
    }

    /// <summary>Writes dx = a * dy + b * (x - center) + d, each of the four by place.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="dx">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them b, behind them d, behind them a.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(T* dy, T* x, T* dx, Runs runs, T* tables, long ahead)
    {
        T* centers = tables, b = tables + runs.Length, d = b + runs.Length, a = d + runs.Length;
        var last = runs.Length - Vector<T>.Count;
        for (var image = 0; image < runs.Images; image++)
        {
            var start = image * runs.ImageStride;
            for (var row = 0; row < runs.Rows; row++, start += runs.Length)
            {
                if (ahead > 0)
                {
                    Fetch(x + start + ahead, runs.Length);
                    Fetch(dy + start + ahead, runs.Length);
                }

                if (last < 0)
                {
                    for (var i = 0; i < runs.Length; i++)
                    {
                        dx[start + i] = a[i] * dy[start + i] + (b[i] * (x[start + i] - centers[i]) + d[i]);
                    }

                    continue;
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    CombineVector(start, i);
                }

                CombineVector(start, last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void CombineVector(long start, int i)
        {
            var fromCenter = Vector.Load(x + start + i) - Vector.Load(centers + i);
            var ofGradient = Vector.Load(a + i) * Vector.Load(dy + start + i);
            (ofGradient + (Vector.Load(b + i) * fromCenter + Vector.Load(d + i))).Store(dx + start + i);
        }
    }

    /// <summary>Adds up rows.</summary>
    /// <param name="first">The first row; the others follow.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The length of a row.</param>
    /// <param name="sum">Receives a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(double* first, int rows, int width, double* sum)
    {
        var last = width - Vector256<double>.Count;
        for (var i = 0; i < width && last < 0; i++)
        {
            sum[i] = 0;
            for (var place = i; place < rows * width; place += width)
            {
                sum[i] += first[place];
            }
        }

        for (var i = 0; i <= last; i = Following(i, Vector256<double>.Count, last))
        {
            var total = Vector256.Load(first + i);
            for (var place = i + width; place < rows * width; place += width)
            {
                total += Vector256.Load(first + place);
            }

            total.Store(sum + i);
        }
    }

    /// <summary>Gives each place the number of its patch.</summary>
    /// <param name="ofPatches">A number for each patch, and memory to read up to 16 of them.</param>
    /// <param name="patches">The number of patches.</param>
    /// <param name="patchOf">The patch of each place.</param>
    /// <param name="table">Receives a number for each place.</param>
    /// <param name="length">The number of places.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(T* ofPatches, int patches, int* patchOf, T* table, int length)
    {
        var last = length - Vector256<int>.Count;
        if (!Avx2.IsSupported || typeof(T) != typeof(float) || patches > 16 || last < 0)
        {
            for (var i = 0; i < length; i++)
            {
                table[i] = ofPatches[patchOf[i]];
            }

            return;
        }

        // Up to 16 numbers fit into two registers, from which eight are picked at once.
        var (low, high) = (Vector256.Load((float*)ofPatches), Vector256.Load((float*)ofPatches + 8));
        for (var i = 0; i <= last; i = Following(i, Vector256<int>.Count, last))
        {
            var patch = Vector256.Load(patchOf + i);
            var isHigh = Vector256.GreaterThan(patch, Vector256.Create(7)).AsSingle();
            Vector256.ConditionalSelect(isHigh, Avx2.PermuteVar8x32(high, patch), Avx2.PermuteVar8x32(low, patch))
                .Store((float*)table + i);
        }
    }

    /// <summary>Numbers, 0 in place of those that are not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LoadFinite(T* numbers)
    {
        var values = typeof(T) == typeof(double)
            ? Vector256.Load((double*)numbers)
            : Vector256.WidenLower(Vector128.Load((float*)numbers).ToVector256Unsafe());

        // x - x is 0 for finite numbers alone.
        return Vector256.ConditionalSelect(
            Vector256.Equals(values - values, Vector256<double>.Zero), values, Vector256<double>.Zero);
    }

    /// <summary>Stores numbers in T, and gives what was stored.</summary>
    public static Vector256<double> Store(Vector256<double> values, T* target)
    {
        if (typeof(T) == typeof(double))
        {
            values.Store((double*)target);
            return values;
        }

        var narrow = Vector128.Narrow(values.GetLower(), values.GetUpper());
        narrow.Store((float*)target);
        return Vector256.WidenLower(narrow.ToVector256Unsafe());
    }

    /// <summary>Asks for a run of each image; for none where the first run is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchRow(T* first, int row, Runs runs)
    {
        var run = first + row * (long)runs.Length;
        for (var image = 0; image < runs.Images && first is not null; image++, run += runs.ImageStride)
        {
            Fetch(run, runs.Length);
        }
    }

    /// <summary>Asks for a run to come from memory while other work is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(T* run, int length)
    {
        const int LineSize = 64;
        for (var i = 0; Sse.IsSupported && i < length; i += LineSize / sizeof(T))
        {
            Sse.Prefetch1(run + i);
        }
    }

    /// <summary>
    /// The start of the next vector, the last of which begins early enough to end with what there is; behind that, none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Following(int start, int length, int last) =>
        start == last ? last + 1 : Math.Min(start + length, last);

    /// <summary>
    /// Of the vector that ends with a run, the places that no full vector from the start of the run holds: all of them
    /// where the run is full vectors only.
    /// </summary>
    private static Vector<T> NotYetDone(int length)
    {
        var left = length % Vector<T>.Count;
        Span<T> lanes = stackalloc T[Vector<T>.Count];
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = left == 0 || i >= lanes.Length - left ? T.AllBitsSet : T.Zero;
        }

        return new Vector<T>(lanes);
    }

    /// <summary>Adds some of the values to the sums of their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector<T> values, Vector<T> which, double* sums)
    {
        values &= which;
        if (typeof(T) == typeof(double))
        {
            (Vector.Load(sums) + values.As<T, double>()).Store(sums);
            return;
        }

        Vector.Widen(values.As<T, float>(), out var lower, out var upper);
        (Vector.Load(sums) + lower).Store(sums);
        (Vector.Load(sums + Vector<double>.Count) + upper).Store(sums + Vector<double>.Count);
    }
}
