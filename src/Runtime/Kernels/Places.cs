using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PbnRewriter.Runtime.Kernels;

/// <summary>
/// The inner loops of the kernels: over runs of the same length, with one entry of a table for each place of a run.
/// </summary>
/// <remarks>
/// Sums at a place are relative to the value of the first run there, its origin, and a few values are summed in T before
/// they go to a sum in double. So what a sum loses is small beside the spread of the values at the place, however far
/// their mean is from 0. An origin that is no finite number counts as 0.
/// </remarks>
/// <typeparam name="T">The type of the values, <see cref="float"/> or <see cref="double"/>.</typeparam>
internal static unsafe class Places<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Runs at a time: reads and writes of the sums, which lie in memory, are shared by so many values.
    private const int Step = 4;

    /// <summary>The origin of a place.</summary>
    public static T OriginOf(T first) => T.IsFinite(first) ? first : T.Zero;

    /// <summary>Adds the values x - origin of each place, and their squares.</summary>
    /// <param name="x">The first run.</param>
    /// <param name="origins">A run whose values are the origins.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="length">The number of places.</param>
    public static void AddMoments(T* x, T* origins, int runs, long stride, double* sums, int length)
    {
        var squares = sums + length;
        var last = length - Vector<T>.Count;
        var mask = NotYetDone(length);
        for (; runs >= Step && last >= 0; runs -= Step, x += Step * stride)
        {
            T* b = x + stride, c = b + stride, d = c + stride;
            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                AddFour(i, Vector<T>.AllBitsSet);
            }

            AddFour(last, mask);

            void AddFour(int i, Vector<T> which)
            {
                var origin = OriginOf(Vector.Load(origins + i));
                var va = Vector.Load(x + i) - origin;
                var vb = Vector.Load(b + i) - origin;
                var vc = Vector.Load(c + i) - origin;
                var vd = Vector.Load(d + i) - origin;
                Add((va + vb) + (vc + vd), which, sums + i);
                Add((va * va + vb * vb) + (vc * vc + vd * vd), which, squares + i);
            }
        }

        for (; runs > 0; runs--, x += stride)
        {
            if (last < 0)
            {
                for (var i = 0; i < length; i++)
                {
                    var value = x[i] - OriginOf(origins[i]);
                    sums[i] += double.CreateTruncating(value);
                    squares[i] += double.CreateTruncating(value * value);
                }

                continue;
            }

            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                AddOne(i, Vector<T>.AllBitsSet);
            }

            AddOne(last, mask);

            void AddOne(int i, Vector<T> which)
            {
                var value = Vector.Load(x + i) - OriginOf(Vector.Load(origins + i));
                Add(value, which, sums + i);
                Add(value * value, which, squares + i);
            }
        }
    }

    /// <summary>Adds the gradients dy of each place, and their products dy * (x - origin).</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="origins">A run whose values are the origins.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="length">The number of places.</param>
    public static void AddProducts(T* dy, T* x, T* origins, int runs, long stride, double* sums, int length)
    {
        var products = sums + length;
        var last = length - Vector<T>.Count;
        var mask = NotYetDone(length);
        for (; runs >= Step && last >= 0; runs -= Step, x += Step * stride, dy += Step * stride)
        {
            T* xb = x + stride, xc = xb + stride, xd = xc + stride;
            T* b = dy + stride, c = b + stride, d = c + stride;
            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                AddFour(i, Vector<T>.AllBitsSet);
            }

            AddFour(last, mask);

            void AddFour(int i, Vector<T> which)
            {
                var origin = OriginOf(Vector.Load(origins + i));
                var (va, vb, vc, vd) = (Vector.Load(dy + i), Vector.Load(b + i), Vector.Load(c + i), Vector.Load(d + i));
                Add((va + vb) + (vc + vd), which, sums + i);
                va *= Vector.Load(x + i) - origin;
                vb *= Vector.Load(xb + i) - origin;
                vc *= Vector.Load(xc + i) - origin;
                vd *= Vector.Load(xd + i) - origin;
                Add((va + vb) + (vc + vd), which, products + i);
            }
        }

        for (; runs > 0; runs--, x += stride, dy += stride)
        {
            if (last < 0)
            {
                for (var i = 0; i < length; i++)
                {
                    sums[i] += double.CreateTruncating(dy[i]);
                    products[i] += double.CreateTruncating(dy[i] * (x[i] - OriginOf(origins[i])));
                }

                continue;
            }

            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                AddOne(i, Vector<T>.AllBitsSet);
            }

            AddOne(last, mask);

            void AddOne(int i, Vector<T> which)
            {
                var gradient = Vector.Load(dy + i);
                Add(gradient, which, sums + i);
                Add(gradient * (Vector.Load(x + i) - OriginOf(Vector.Load(origins + i))), which, products + i);
            }
        }
    }

    /// <summary>Makes the sums of <see cref="AddMoments"/> relative to one origin for all places.</summary>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="origins">A run whose values are the origins so far.</param>
    /// <param name="count">The number of values of each place.</param>
    /// <param name="origin">The origin from now on.</param>
    /// <param name="length">The number of places.</param>
    public static void MoveMoments(double* sums, T* origins, double count, double origin, int length)
    {
        var squares = sums + length;
        var i = 0;
        for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var offset = LoadOrigins(origins + i) - Vector256.Create(origin);
            var (sum, moved) = (Vector256.Load(sums + i), Vector256.Create(count) * offset);
            (sum + moved).Store(sums + i);
            (Vector256.Load(squares + i) + offset * (sum + sum + moved)).Store(squares + i);
        }

        for (; i < length; i++)
        {
            var offset = double.CreateTruncating(OriginOf(origins[i])) - origin;
            squares[i] += offset * (2 * sums[i] + count * offset);
            sums[i] += count * offset;
        }
    }

    /// <summary>Makes the sums of <see cref="AddProducts"/> relative to one origin for all places.</summary>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="origins">A run whose values are the origins so far.</param>
    /// <param name="origin">The origin from now on.</param>
    /// <param name="length">The number of places.</param>
    public static void MoveProducts(double* sums, T* origins, double origin, int length)
    {
        var products = sums + length;
        var i = 0;
        for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            var offset = LoadOrigins(origins + i) - Vector256.Create(origin);
            (Vector256.Load(products + i) + offset * Vector256.Load(sums + i)).Store(products + i);
        }

        for (; i < length; i++)
        {
            products[i] += (double.CreateTruncating(OriginOf(origins[i])) - origin) * sums[i];
        }
    }

    /// <summary>Adds a row of sums to another.</summary>
    public static void AddRow(double* total, double* row, int length)
    {
        var i = 0;
        for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            (Vector256.Load(total + i) + Vector256.Load(row + i)).Store(total + i);
        }

        for (; i < length; i++)
        {
            total[i] += row[i];
        }
    }

    /// <summary>Gives each place the number of its patch.</summary>
    /// <param name="ofPatches">A number for each patch.</param>
    /// <param name="patchOf">The patch of each place.</param>
    /// <param name="table">Receives a number for each place.</param>
    /// <param name="length">The number of places.</param>
    public static void Spread(T* ofPatches, int* patchOf, T* table, int length)
    {
        for (var i = 0; i < length; i++)
        {
            table[i] = ofPatches[patchOf[i]];
        }
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

    /// <summary>
    /// Asks for memory that will be written soon, so that it comes while a pass before that reads: a tenth to a quarter
    /// of the time of both.
    /// </summary>
    /// <param name="target">The first run.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="length">The number of places.</param>
    public static void Fetch(T* target, int runs, long stride, int length)
    {
        const int LineSize = 64;
        if (!Sse.IsSupported)
        {
            return;
        }

        for (; runs > 0; runs--, target += stride)
        {
            for (var i = 0; i < length; i += LineSize / sizeof(T))
            {
                Sse.Prefetch1(target + i);
            }
        }
    }

    /// <summary>Writes y = (x - center) * scale + shift, each of the three by place.</summary>
    /// <param name="x">The first run of values.</param>
    /// <param name="y">Receives the first run of results.</param>
    /// <param name="runs">The number of runs, each right behind the one before.</param>
    /// <param name="tables">The centers of each place, behind them the scales, behind them the shifts.</param>
    /// <param name="length">The number of places.</param>
    public static void Scale(T* x, T* y, int runs, T* tables, int length)
    {
        T* scales = tables + length, shifts = tables + 2 * length;
        var last = length - Vector<T>.Count;
        for (; runs > 0; runs--, x += length, y += length)
        {
            if (last < 0)
            {
                for (var i = 0; i < length; i++)
                {
                    y[i] = (x[i] - tables[i]) * scales[i] + shifts[i];
                }

                continue;
            }

            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                ScaleVector(i);
            }

            // The last vector begins early enough to end with the run; what it computes again is the same.
            ScaleVector(last);
        }

        void ScaleVector(int i) =>
            ((Vector.Load(x + i) - Vector.Load(tables + i)) * Vector.Load(scales + i) + Vector.Load(shifts + i))
                .Store(y + i);
    }

    /// <summary>Writes dx = a * dy + b * (x - center) + d, each of the four by place.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="dx">Receives the first run of results.</param>
    /// <param name="runs">The number of runs, each right behind the one before.</param>
    /// <param name="tables">The centers of each place, behind them b, behind them d, behind them a.</param>
    /// <param name="length">The number of places.</param>
    public static void Combine(T* dy, T* x, T* dx, int runs, T* tables, int length)
    {
        T* b = tables + length, d = tables + 2 * length, a = tables + 3 * length;
        var last = length - Vector<T>.Count;
        for (; runs > 0; runs--, x += length, dy += length, dx += length)
        {
            if (last < 0)
            {
                for (var i = 0; i < length; i++)
                {
                    dx[i] = a[i] * dy[i] + (b[i] * (x[i] - tables[i]) + d[i]);
                }

                continue;
            }

            for (var i = 0; i < last; i += Vector<T>.Count)
            {
                CombineVector(i);
            }

            CombineVector(last);
        }

        void CombineVector(int i)
        {
            var ofValue = Vector.Load(b + i) * (Vector.Load(x + i) - Vector.Load(tables + i)) + Vector.Load(d + i);
            (Vector.Load(a + i) * Vector.Load(dy + i) + ofValue).Store(dx + i);
        }
    }

    // x - x is 0 for finite numbers alone.
    private static Vector<T> OriginOf(Vector<T> first) =>
        Vector.ConditionalSelect(Vector.Equals(first - first, Vector<T>.Zero), first, Vector<T>.Zero);

    private static Vector256<double> LoadOrigins(T* origins)
    {
        var values = typeof(T) == typeof(double)
            ? Vector256.Load((double*)origins)
            : Vector256.WidenLower(Vector128.Load((float*)origins).ToVector256Unsafe());
        return Vector256.ConditionalSelect(
            Vector256.Equals(values - values, Vector256<double>.Zero), values, Vector256<double>.Zero);
    }

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
