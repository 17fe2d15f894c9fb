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
    // Images at a time: what a place reads from memory, or writes there, is shared by so many values.
    private const int Step = 4;

    private static readonly Vector<T> s_lanes = Lanes();

    /// <summary>Adds the values x - origin of each place, and their squares.</summary>
    /// <param name="x">The first run.</param>
    /// <param name="origins">The origin of each place.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void AddMoments(T* x, T* origins, in Runs runs, double* sums, T* soon)
    {
        var (length, stride) = (runs.Length, runs.ImageStride);
        var squares = sums + length;
        var last = length - Vector<T>.Count;
        var mask = NotYetDone(length);
        for (var row = 0; row < runs.Rows; row++, x += length)
        {
            FetchRow(soon, row, runs);
            var values = x;
            var left = runs.Images;
            for (; left >= Step && last >= 0; left -= Step, values += Step * stride)
            {
                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddFour(values + i, stride, origins + i, sums + i, squares + i, Vector<T>.AllBitsSet);
                }

                AddFour(values + last, stride, origins + last, sums + last, squares + last, mask);
            }

            for (; left > 0; left--, values += stride)
            {
                for (var i = 0; i < length && last < 0; i++)
                {
                    var value = values[i] - origins[i];
                    sums[i] += Widen(value);
                    squares[i] += Widen(value * value);
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddOne(values + i, origins + i, sums + i, squares + i, Vector<T>.AllBitsSet);
                }

                if (last >= 0)
                {
                    AddOne(values + last, origins + last, sums + last, squares + last, mask);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void AddFour(T* values, long stride, T* origins, double* sums, double* squares, Vector<T> which)
        {
            var origin = Vector.Load(origins);
            var (va, vb) = (Vector.Load(values) - origin, Vector.Load(values + stride) - origin);
            var (vc, vd) = (Vector.Load(values + 2 * stride) - origin, Vector.Load(values + 3 * stride) - origin);
            Add((va + vb) + (vc + vd), which, sums);
            Add((va * va + vb * vb) + (vc * vc + vd * vd), which, squares);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void AddOne(T* values, T* origins, double* sums, double* squares, Vector<T> which)
        {
            var value = Vector.Load(values) - Vector.Load(origins);
            Add(value, which, sums);
            Add(value * value, which, squares);
        }
    }

    /// <summary>Adds the gradients dy of each place, and their products dy * (x - origin).</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="origins">The origin of each place.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(T* dy, T* x, T* origins, in Runs runs, double* sums, T* soon)
    {
        var (length, stride) = (runs.Length, runs.ImageStride);
        var products = sums + length;
        var last = length - Vector<T>.Count;
        var mask = NotYetDone(length);
        for (var row = 0; row < runs.Rows; row++, x += length, dy += length)
        {
            FetchRow(soon, row, runs);
            T* gradients = dy, values = x;
            var left = runs.Images;
            for (; left >= Step && last >= 0; left -= Step, gradients += Step * stride, values += Step * stride)
            {
                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddFour(
                        gradients + i, values + i, stride, origins + i, sums + i, products + i, Vector<T>.AllBitsSet);
                }

                AddFour(gradients + last, values + last, stride, origins + last, sums + last, products + last, mask);
            }

            for (; left > 0; left--, gradients += stride, values += stride)
            {
                for (var i = 0; i < length && last < 0; i++)
                {
                    sums[i] += Widen(gradients[i]);
                    products[i] += Widen(gradients[i] * (values[i] - origins[i]));
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    AddOne(gradients + i, values + i, origins + i, sums + i, products + i, Vector<T>.AllBitsSet);
                }

                if (last >= 0)
                {
                    AddOne(gradients + last, values + last, origins + last, sums + last, products + last, mask);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void AddFour(
            T* gradients, T* values, long stride, T* origins, double* sums, double* products, Vector<T> which)
        {
            var origin = Vector.Load(origins);
            var (va, vb) = (Vector.Load(gradients), Vector.Load(gradients + stride));
            var (vc, vd) = (Vector.Load(gradients + 2 * stride), Vector.Load(gradients + 3 * stride));
            Add((va + vb) + (vc + vd), which, sums);
            va *= Vector.Load(values) - origin;
            vb *= Vector.Load(values + stride) - origin;
            vc *= Vector.Load(values + 2 * stride) - origin;
            vd *= Vector.Load(values + 3 * stride) - origin;
            Add((va + vb) + (vc + vd), which, products);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void AddOne(T* gradients, T* values, T* origins, double* sums, double* products, Vector<T> which)
        {
            var gradient = Vector.Load(gradients);
            Add(gradient, which, sums);
            Add(gradient * (Vector.Load(values) - Vector.Load(origins)), which, products);
        }
    }

    /// <summary>Writes y = (x - center) * scale + shift, each of the three by place.</summary>
    /// <param name="x">The first run of values.</param>
    /// <param name="y">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them the scales, behind them the shifts.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    /// <param name="past">Whether to write past the caches; see <see cref="CanWritePastCaches"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Scale(T* x, T* y, in Runs runs, T* tables, long ahead, bool past)
    {
        T* centers = tables, scales = tables + runs.Length, shifts = scales + runs.Length;
        var (length, rows, last) = (runs.Length, runs.Rows, runs.Length - Vector<T>.Count);
        for (var image = 0; image < runs.Images; image++)
        {
            var start = image * runs.ImageStride;
            for (var row = 0; row < rows; row++, start += length)
            {
                T* from = x + start, to = y + start;
                if (ahead > 0)
                {
                    Fetch(from + ahead, length);
                }

                for (var i = 0; i < length && last < 0; i++)
                {
                    to[i] = (from[i] - centers[i]) * scales[i] + shifts[i];
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    Scale(from + i, centers + i, scales + i, shifts + i, to + i, past);
                }

                // The last vector begins early enough to end with the run; what it computes again is the same.
                if (last >= 0)
                {
                    Scale(from + last, centers + last, scales + last, shifts + last, to + last, past);
                }
            }
        }

        Settle(past);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale(T* x, T* centers, T* scales, T* shifts, T* y, bool past) =>
        Write((Vector.Load(x) - Vector.Load(centers)) * Vector.Load(scales) + Vector.Load(shifts), y, past);

    /// <summary>Writes dx = a * dy + b * (x - center) + d, each of the four by place.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="dx">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them b, behind them d, behind them a.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    /// <param name="past">Whether to write past the caches; see <see cref="CanWritePastCaches"/>.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Combine(T* dy, T* x, T* dx, in Runs runs, T* tables, long ahead, bool past)
    {
        T* centers = tables, b = tables + runs.Length, d = b + runs.Length, a = d + runs.Length;
        var (length, rows, last) = (runs.Length, runs.Rows, runs.Length - Vector<T>.Count);
        for (var image = 0; image < runs.Images; image++)
        {
            var start = image * runs.ImageStride;
            for (var row = 0; row < rows; row++, start += length)
            {
                T* gradients = dy + start, values = x + start, to = dx + start;
                if (ahead > 0)
                {
                    Fetch(values + ahead, length);
                    Fetch(gradients + ahead, length);
                }

                for (var i = 0; i < length && last < 0; i++)
                {
                    to[i] = a[i] * gradients[i] + (b[i] * (values[i] - centers[i]) + d[i]);
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    Combine(gradients + i, values + i, centers + i, b + i, d + i, a + i, to + i, past);
                }

                if (last >= 0)
                {
                    Combine(
                        gradients + last, values + last, centers + last, b + last, d + last, a + last, to + last, past);
                }
            }
        }

        Settle(past);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(T* dy, T* x, T* centers, T* b, T* d, T* a, T* dx, bool past)
    {
        var fromCenter = Vector.Load(x) - Vector.Load(centers);
        Write(Vector.Load(a) * Vector.Load(dy) + (Vector.Load(b) * fromCenter + Vector.Load(d)), dx, past);
    }

    /// <summary>
    /// Whether runs can be written past the caches: whole vectors only, each where such a write may be, so that memory
    /// gets whole lines and is not read first.
    /// </summary>
    /// <param name="target">The first run.</param>
    /// <param name="length">The number of places of a run; the runs of a map follow each other.</param>
    public static bool CanWritePastCaches(T* target, int length) =>
        Avx.IsSupported
        && sizeof(Vector<T>) == Vector256<byte>.Count
        && length % Vector<T>.Count == 0
        && (nint)target % Vector256<byte>.Count == 0;

    /// <summary>Adds up rows.</summary>
    /// <param name="first">The first row; the others follow.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The length of a row.</param>
    /// <param name="sum">Receives a row.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Gives each place the numbers of its patch.</summary>
    /// <param name="ofPatches">
    /// A number for each patch, the first of a table, and memory to read up to 16 of them.
    /// </param>
    /// <param name="stride">From the numbers of a table to those of the next.</param>
    /// <param name="patches">The number of patches.</param>
    /// <param name="patchOf">The patch of each place.</param>
    /// <param name="tables">Receives the tables, one behind the other: a number for each place.</param>
    /// <param name="count">The number of tables.</param>
    /// <param name="length">The number of places.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Spread(
        T* ofPatches, int stride, int patches, int* patchOf, T* tables, int count, int length)
    {
        var last = length - Vector256<int>.Count;
        var picks = Avx2.IsSupported && typeof(T) == typeof(float) && patches <= 16 && last >= 0;
        for (; count > 0; count--, ofPatches += stride, tables += length)
        {
            if (!picks)
            {
                for (var i = 0; i < length; i++)
                {
                    tables[i] = ofPatches[patchOf[i]];
                }

                continue;
            }

            // Eight numbers fit into a register, from which eight are picked at once.
            var (low, high) = (Vector256.Load((float*)ofPatches), Vector256.Load((float*)ofPatches + 8));
            for (var i = 0; i <= last; i = Following(i, Vector256<int>.Count, last))
            {
                var patch = Vector256.Load(patchOf + i);
                var picked = Avx2.PermuteVar8x32(low, patch);
                if (patches > 8)
                {
                    var isHigh = Vector256.GreaterThan(patch, Vector256.Create(7)).AsSingle();
                    picked = Vector256.ConditionalSelect(isHigh, Avx2.PermuteVar8x32(high, patch), picked);
                }

                picked.Store((float*)tables + i);
            }
        }
    }

    /// <summary>The number as a double.</summary>
    public static double Widen(T value) =>
        typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(value) : Unsafe.BitCast<T, float>(value);

    /// <summary>The nearest number of T.</summary>
    public static T Narrow(double value) =>
        typeof(T) == typeof(double) ? Unsafe.BitCast<double, T>(value) : Unsafe.BitCast<float, T>((float)value);

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<T> NotYetDone(int length)
    {
        var left = length % Vector<T>.Count;
        return left == 0
            ? Vector<T>.AllBitsSet
            : Vector.GreaterThanOrEqual(s_lanes, new Vector<T>(T.CreateTruncating(Vector<T>.Count - left)));
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

    /// <summary>Lets other threads see what was written past the caches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Settle(bool past)
    {
        if (past)
        {
            Sse.StoreFence();
        }
    }

    /// <summary>Writes a vector, past the caches or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(Vector<T> values, T* target, bool past)
    {
        if (past)
        {
            Avx.StoreAlignedNonTemporal((float*)target, values.AsVector256().AsSingle());
        }
        else
        {
            values.Store(target);
        }
    }

    private static Vector<T> Lanes()
    {
        Span<T> lanes = stackalloc T[Vector<T>.Count];
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = T.CreateTruncating(i);
        }

        return new Vector<T>(lanes);
    }
}
