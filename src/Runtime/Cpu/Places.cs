using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PbnRewriter.Runtime.Cpu;

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
    /// <summary>The origin of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OriginOf(T first) => T.IsFinite(first) ? first : T.Zero;

    /// <summary>Adds the values x - origin of each place, and their squares.</summary>
    /// <param name="x">The first run, whose values are the origins too.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the squares.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    public static void AddMoments(T* x, Runs runs, double* sums, T* soon) =>
        Reduce(new Moments(x, sums, runs), runs, soon);

    /// <summary>Adds the gradients dy of each place, and their products dy * (x - origin).</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values, which are the origins too.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="sums">The sums of each place, and behind them those of the products.</param>
    /// <param name="soon">Runs that the next pass writes, fetched meanwhile; or null.</param>
    public static void AddProducts(T* dy, T* x, Runs runs, double* sums, T* soon) =>
        Reduce(new Products(dy, x, sums, runs), runs, soon);

    /// <summary>Writes y = (x - center) * scale + shift, each of the three by place.</summary>
    /// <param name="x">The first run of values.</param>
    /// <param name="y">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them the scales, behind them the shifts.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    public static void Scale(T* x, T* y, Runs runs, T* tables, long ahead) =>
        Write(new Scaling(x, y, tables, runs.Length), runs, ahead);

    /// <summary>Writes dx = a * dy + b * (x - center) + d, each of the four by place.</summary>
    /// <param name="dy">The first run of gradients.</param>
    /// <param name="x">The first run of values.</param>
    /// <param name="dx">Receives the first run of results.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="tables">The centers of each place, behind them b, behind them d, behind them a.</param>
    /// <param name="ahead">How far behind the values those lie that come next, fetched meanwhile; 0 for none.</param>
    public static void Combine(T* dy, T* x, T* dx, Runs runs, T* tables, long ahead) =>
        Write(new Combination(dy, x, dx, tables, runs.Length), runs, ahead);

    /// <summary>
    /// Adds up the rows of a strip of places and makes their sums, s1 of the values and s2 of their squares or products,
    /// relative to one origin a column instead of each place's own: with their difference d, s1 + count * d and
    /// s2 + d * (factor * s1 + count * d).
    /// </summary>
    /// <param name="first">The sums s1 of the places.</param>
    /// <param name="second">The sums s2 of the places.</param>
    /// <param name="origins">The origins of the places.</param>
    /// <param name="newOrigins">The origins of the results, one a column.</param>
    /// <param name="count">The number of values of each place; 0 where s1 sums what no origin was taken from.</param>
    /// <param name="factor">2 for squares; 1 for products of which one side has an origin.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The number of places of a row.</param>
    /// <param name="folded">Receives a row of s1, and behind it one of s2.</param>
    public static void Fold(
        double* first,
        double* second,
        T* origins,
        double* newOrigins,
        double count,
        double factor,
        int rows,
        int width,
        double* folded)
    {
        var last = width - Vector256<double>.Count;
        for (var i = 0; i < width && last < 0; i++)
        {
            (folded[i], folded[width + i]) = (0, 0);
            for (var place = i; place < rows * width; place += width)
            {
                var difference = double.CreateTruncating(OriginOf(origins[place])) - newOrigins[i];
                folded[i] += first[place] + count * difference;
                folded[width + i] += second[place] + difference * (factor * first[place] + count * difference);
            }
        }

        for (var i = 0; i <= last; i = Following(i, Vector256<double>.Count, last))
        {
            Vector256<double> ofFirst = default, ofSecond = default;
            for (var place = i; place < rows * width; place += width)
            {
                var difference = LoadOrigins(origins + place) - Vector256.Load(newOrigins + i);
                var (sum, moved) = (Vector256.Load(first + place), Vector256.Create(count) * difference);
                ofFirst += sum + moved;
                ofSecond += Vector256.Load(second + place) + difference * (Vector256.Create(factor) * sum + moved);
            }

            ofFirst.Store(folded + i);
            ofSecond.Store(folded + width + i);
        }
    }

    /// <summary>Gives each place of a strip the number of its patch.</summary>
    /// <param name="ofPatches">A number for each patch of the strip.</param>
    /// <param name="columnOf">The column of patches that each place of a row lies in.</param>
    /// <param name="table">Receives a number for each place.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The number of places of a row.</param>
    public static void Spread(T* ofPatches, int* columnOf, T* table, int rows, int width)
    {
        for (var i = 0; i < width; i++)
        {
            table[i] = ofPatches[columnOf[i]];
        }

        if (rows == 1)
        {
            return;
        }

        // Half a vector, as the maps that have several rows here are narrow.
        var last = width - Vector128<T>.Count;
        for (var i = 0; i < width && last < 0; i++)
        {
            for (var place = i + width; place < rows * width; place += width)
            {
                table[place] = table[i];
            }
        }

        for (var i = 0; i <= last; i = Following(i, Vector128<T>.Count, last))
        {
            var numbers = Vector128.Load(table + i);
            for (var place = i + width; place < rows * width; place += width)
            {
                numbers.Store(table + place);
            }
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

    /// <summary>Goes through runs place by place, across the images, several images at a time.</summary>
    private static void Reduce<TReduction>(TReduction reduction, Runs runs, T* soon)
        where TReduction : struct, IReduction
    {
        // Reads and writes of the sums, which lie in memory, are shared by so many values.
        const int Step = 4;
        var last = runs.Length - Vector<T>.Count;
        var remaining = NotYetDone(runs.Length);
        for (var row = 0; row < runs.Rows; row++)
        {
            var run = row * (long)runs.Length;
            for (var image = 0; image < runs.Images && soon is not null; image++)
            {
                Fetch(soon + run + image * runs.ImageStride, runs.Length);
            }

            var left = runs.Images;
            for (; left >= Step && last >= 0; left -= Step, run += Step * runs.ImageStride)
            {
                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    reduction.AddFour(run, i, Vector<T>.AllBitsSet);
                }

                reduction.AddFour(run, last, remaining);
            }

            for (; left > 0; left--, run += runs.ImageStride)
            {
                for (var i = 0; i < runs.Length && last < 0; i++)
                {
                    reduction.AddValue(run, i);
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    reduction.AddOne(run, i, Vector<T>.AllBitsSet);
                }

                if (last >= 0)
                {
                    reduction.AddOne(run, last, remaining);
                }
            }
        }
    }

    /// <summary>Goes through runs image by image.</summary>
    private static void Write<TWriter>(TWriter writer, Runs runs, long ahead)
        where TWriter : struct, IWriter
    {
        var last = runs.Length - Vector<T>.Count;
        for (var image = 0; image < runs.Images; image++)
        {
            var run = image * runs.ImageStride;
            for (var row = 0; row < runs.Rows; row++, run += runs.Length)
            {
                if (ahead > 0)
                {
                    writer.Fetch(run + ahead, runs.Length);
                }

                for (var i = 0; i < runs.Length && last < 0; i++)
                {
                    writer.WriteValue(run, i);
                }

                for (var i = 0; i < last; i += Vector<T>.Count)
                {
                    writer.WriteVector(run, i);
                }

                if (last >= 0)
                {
                    // This vector begins early enough to end with the run; what it computes again is the same.
                    writer.WriteVector(run, last);
                }
            }
        }
    }

    /// <summary>Asks for a run to come from memory while other work is done.</summary>
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

    /// <summary>What is added up at each place; a run is named by how far it lies behind the first.</summary>
    private interface IReduction
    {
        /// <summary>Adds the values of a vector's places of this run and of the same run of the next three images.</summary>
        void AddFour(long run, int place, Vector<T> which);

        /// <summary>Adds the values of a vector's places of a run.</summary>
        void AddOne(long run, int place, Vector<T> which);

        /// <summary>Adds the value of a place of a run.</summary>
        void AddValue(long run, int place);
    }

    /// <summary>What is written at each place; a run is named by how far it lies behind the first.</summary>
    private interface IWriter
    {
        /// <summary>Writes a vector's places of a run.</summary>
        void WriteVector(long run, int place);

        /// <summary>Writes a place of a run.</summary>
        void WriteValue(long run, int place);

        /// <summary>Asks for what is read to come from memory.</summary>
        void Fetch(long run, int length);
    }

    private readonly struct Moments(T* x, double* sums, Runs runs) : IReduction
    {
        private readonly T* _x = x;
        private readonly double* _sums = sums;
        private readonly double* _squares = sums + runs.Length;
        private readonly long _stride = runs.ImageStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFour(long run, int place, Vector<T> which)
        {
            var origin = OriginOf(Vector.Load(_x + place));
            var values = _x + run + place;
            var (a, b) = (Vector.Load(values) - origin, Vector.Load(values + _stride) - origin);
            var (c, d) = (Vector.Load(values + 2 * _stride) - origin, Vector.Load(values + 3 * _stride) - origin);
            Add((a + b) + (c + d), which, _sums + place);
            Add((a * a + b * b) + (c * c + d * d), which, _squares + place);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddOne(long run, int place, Vector<T> which)
        {
            var value = Vector.Load(_x + run + place) - OriginOf(Vector.Load(_x + place));
            Add(value, which, _sums + place);
            Add(value * value, which, _squares + place);
        }

        public void AddValue(long run, int place)
        {
            var value = _x[run + place] - OriginOf(_x[place]);
            _sums[place] += double.CreateTruncating(value);
            _squares[place] += double.CreateTruncating(value * value);
        }
    }

    private readonly struct Products(T* dy, T* x, double* sums, Runs runs) : IReduction
    {
        private readonly T* _dy = dy;
        private readonly T* _x = x;
        private readonly double* _sums = sums;
        private readonly double* _products = sums + runs.Length;
        private readonly long _stride = runs.ImageStride;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddFour(long run, int place, Vector<T> which)
        {
            var origin = OriginOf(Vector.Load(_x + place));
            T* gradients = _dy + run + place, values = _x + run + place;
            var (a, b) = (Vector.Load(gradients), Vector.Load(gradients + _stride));
            var (c, d) = (Vector.Load(gradients + 2 * _stride), Vector.Load(gradients + 3 * _stride));
            Add((a + b) + (c + d), which, _sums + place);
            a *= Vector.Load(values) - origin;
            b *= Vector.Load(values + _stride) - origin;
            c *= Vector.Load(values + 2 * _stride) - origin;
            d *= Vector.Load(values + 3 * _stride) - origin;
            Add((a + b) + (c + d), which, _products + place);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AddOne(long run, int place, Vector<T> which)
        {
            var gradient = Vector.Load(_dy + run + place);
            var value = Vector.Load(_x + run + place) - OriginOf(Vector.Load(_x + place));
            Add(gradient, which, _sums + place);
            Add(gradient * value, which, _products + place);
        }

        public void AddValue(long run, int place)
        {
            var gradient = _dy[run + place];
            _sums[place] += double.CreateTruncating(gradient);
            _products[place] += double.CreateTruncating(gradient * (_x[run + place] - OriginOf(_x[place])));
        }
    }

    private readonly struct Scaling(T* x, T* y, T* tables, int length) : IWriter
    {
        private readonly T* _x = x;
        private readonly T* _y = y;
        private readonly T* _centers = tables;
        private readonly T* _scales = tables + length;
        private readonly T* _shifts = tables + 2 * length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void WriteVector(long run, int place)
        {
            var fromCenter = Vector.Load(_x + run + place) - Vector.Load(_centers + place);
            (fromCenter * Vector.Load(_scales + place) + Vector.Load(_shifts + place)).Store(_y + run + place);
        }

        public void WriteValue(long run, int place) =>
            _y[run + place] = (_x[run + place] - _centers[place]) * _scales[place] + _shifts[place];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Fetch(long run, int length) => Places<T>.Fetch(_x + run, length);
    }

    private readonly struct Combination(T* dy, T* x, T* dx, T* tables, int length) : IWriter
    {
        private readonly T* _dy = dy;
        private readonly T* _x = x;
        private readonly T* _dx = dx;
        private readonly T* _centers = tables;
        private readonly T* _b = tables + length;
        private readonly T* _d = tables + 2 * length;
        private readonly T* _a = tables + 3 * length;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void WriteVector(long run, int place)
        {
            var fromCenter = Vector.Load(_x + run + place) - Vector.Load(_centers + place);
            var ofGradient = Vector.Load(_a + place) * Vector.Load(_dy + run + place);
            (ofGradient + (Vector.Load(_b + place) * fromCenter + Vector.Load(_d + place))).Store(_dx + run + place);
        }

        public void WriteValue(long run, int place) => _dx[run + place] =
            _a[place] * _dy[run + place] + (_b[place] * (_x[run + place] - _centers[place]) + _d[place]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Fetch(long run, int length)
        {
            Places<T>.Fetch(_x + run, length);
            Places<T>.Fetch(_dy + run, length);
        }
    }
}
