using System.Numerics;
using System.Runtime.Intrinsics;

namespace PbnRewriter.Runtime.Kernels;

/// <summary>
/// The inner loops of the kernels: over runs of the same length, with one entry of a table for each place of a run.
/// </summary>
internal static unsafe class Places
{
    /// <summary>Adds x - origin and its square, for the values x that lie at each place of the runs.</summary>
    /// <param name="x">The first run.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="origin">What the sums are relative to.</param>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="length">The number of places.</param>
    public static void AddMoments<T>(T* x, int runs, long stride, double origin, double* sums, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var squares = sums + length;
        var run = 0;

        // Four runs at a time, so that the sums are read and written a quarter as often.
        for (; run <= runs - 4; run += 4, x += 4 * stride)
        {
            T* a = x, b = x + stride, c = x + 2 * stride, d = x + 3 * stride;
            var i = 0;
            for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                var shift = Vector256.Create(origin);
                var (va, vb) = (Load(a + i) - shift, Load(b + i) - shift);
                var (vc, vd) = (Load(c + i) - shift, Load(d + i) - shift);
                (Vector256.Load(sums + i) + ((va + vb) + (vc + vd))).Store(sums + i);
                (Vector256.Load(squares + i) + ((va * va + vb * vb) + (vc * vc + vd * vd))).Store(squares + i);
            }

            for (; i < length; i++)
            {
                AddMoment(a[i], origin, sums + i, squares + i);
                AddMoment(b[i], origin, sums + i, squares + i);
                AddMoment(c[i], origin, sums + i, squares + i);
                AddMoment(d[i], origin, sums + i, squares + i);
            }
        }

        for (; run < runs; run++, x += stride)
        {
            var i = 0;
            for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                var value = Load(x + i) - Vector256.Create(origin);
                (Vector256.Load(sums + i) + value).Store(sums + i);
                (Vector256.Load(squares + i) + value * value).Store(squares + i);
            }

            for (; i < length; i++)
            {
                AddMoment(x[i], origin, sums + i, squares + i);
            }
        }
    }

    /// <summary>Adds dy and dy * (x - origin), for the values that lie at each place of the runs.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="origin">What the values are relative to.</param>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="length">The number of places.</param>
    public static void AddProducts<T>(T* dy, T* x, int runs, long stride, double origin, double* sums, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var products = sums + length;
        var run = 0;
        for (; run <= runs - 4; run += 4, x += 4 * stride, dy += 4 * stride)
        {
            T* a = x, b = x + stride, c = x + 2 * stride, d = x + 3 * stride;
            T* da = dy, db = dy + stride, dc = dy + 2 * stride, dd = dy + 3 * stride;
            var i = 0;
            for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                var shift = Vector256.Create(origin);
                var (ga, gb) = (Load(da + i), Load(db + i));
                var (gc, gd) = (Load(dc + i), Load(dd + i));
                (Vector256.Load(sums + i) + ((ga + gb) + (gc + gd))).Store(sums + i);
                var ab = ga * (Load(a + i) - shift) + gb * (Load(b + i) - shift);
                var cd = gc * (Load(c + i) - shift) + gd * (Load(d + i) - shift);
                (Vector256.Load(products + i) + (ab + cd)).Store(products + i);
            }

            for (; i < length; i++)
            {
                AddProduct(da[i], a[i], origin, sums + i, products + i);
                AddProduct(db[i], b[i], origin, sums + i, products + i);
                AddProduct(dc[i], c[i], origin, sums + i, products + i);
                AddProduct(dd[i], d[i], origin, sums + i, products + i);
            }
        }

        for (; run < runs; run++, x += stride, dy += stride)
        {
            var i = 0;
            for (; i <= length - Vector256<double>.Count; i += Vector256<double>.Count)
            {
                var gradient = Load(dy + i);
                (Vector256.Load(sums + i) + gradient).Store(sums + i);
                (Vector256.Load(products + i) + gradient * (Load(x + i) - Vector256.Create(origin))).Store(products + i);
            }

            for (; i < length; i++)
            {
                AddProduct(dy[i], x[i], origin, sums + i, products + i);
            }
        }
    }

    /// <summary>Writes y = (x - center) * scale + shift, each of the three by place.</summary>
    /// <param name="x">The first run of values.</param>
    /// <param name="y">Receives the first run of results.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="tables">The centers of each place, behind them the scales, behind them the shifts.</param>
    /// <param name="length">The number of places.</param>
    public static void Scale<T>(T* x, T* y, int runs, long stride, T* tables, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* scales = tables + length, shifts = tables + 2 * length;
        for (var run = 0; run < runs; run++, x += stride, y += stride)
        {
            var i = 0;
            for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
            {
                ((Vector.Load(x + i) - Vector.Load(tables + i)) * Vector.Load(scales + i) + Vector.Load(shifts + i))
                    .Store(y + i);
            }

            for (; i < length; i++)
            {
                y[i] = (x[i] - tables[i]) * scales[i] + shifts[i];
            }
        }
    }

    /// <summary>Writes dx = a * dy + b * (x - center) + d, each of the four by place.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="dx">Receives the first run of results.</param>
    /// <param name="runs">The number of runs.</param>
    /// <param name="stride">From one run to the next.</param>
    /// <param name="tables">The centers of each place, behind them b, behind them d, behind them a.</param>
    /// <param name="length">The number of places.</param>
    public static void Combine<T>(T* dy, T* x, T* dx, int runs, long stride, T* tables, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* b = tables + length, d = tables + 2 * length, a = tables + 3 * length;
        for (var run = 0; run < runs; run++, x += stride, dy += stride, dx += stride)
        {
            var i = 0;
            for (; i <= length - Vector<T>.Count; i += Vector<T>.Count)
            {
                var ofValue = Vector.Load(b + i) * (Vector.Load(x + i) - Vector.Load(tables + i)) + Vector.Load(d + i);
                (Vector.Load(a + i) * Vector.Load(dy + i) + ofValue).Store(dx + i);
            }

            for (; i < length; i++)
            {
                dx[i] = a[i] * dy[i] + (b[i] * (x[i] - tables[i]) + d[i]);
            }
        }
    }

    private static Vector256<double> Load<T>(T* values)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return Vector256.Load((double*)values);
        }

        return Vector256.WidenLower(Vector128.Load((float*)values).ToVector256Unsafe());
    }

    private static void AddMoment<T>(T value, double origin, double* sum, double* square)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shifted = double.CreateTruncating(value) - origin;
        *sum += shifted;
        *square += shifted * shifted;
    }

    private static void AddProduct<T>(T gradient, T value, double origin, double* sum, double* product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var wide = double.CreateTruncating(gradient);
        *sum += wide;
        *product += wide * (double.CreateTruncating(value) - origin);
    }
}
