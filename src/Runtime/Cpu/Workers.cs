using System.Buffers;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>Spreads the work of a kernel over as many threads as torch's own operations use.</summary>
internal static unsafe class Workers
{
    /// <summary>Does some of the work.</summary>
    /// <param name="from">The first index.</param>
    /// <param name="to">The end of the indices.</param>
    /// <param name="memory">Memory of this thread alone, of doubles, holding anything.</param>
    public delegate void Body(int from, int to, nint memory);

    /// <summary>The number of threads of torch's own operations, at least 1.</summary>
    public static int Count => get_num_threads();

    /// <summary>Runs a body over all indices from 0 to <paramref name="count"/>, in parts, and waits for it.</summary>
    /// <param name="count">The number of indices.</param>
    /// <param name="threads">The most threads to use, the calling one among them.</param>
    /// <param name="memory">How many doubles of memory a part needs.</param>
    /// <param name="body">What to run.</param>
    public static void For(int count, int threads, int memory, Body body)
    {
        // More parts than threads even out what else the machine does.
        var parts = threads == 1 ? 1 : Math.Min(count, 4 * threads);
        if (parts == 1)
        {
            Run(0);
        }
        else if (OpenMP.IsAvailable)
        {
            OpenMP.For(parts, threads, Run);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads }, Run);
        }

        void Run(int part)
        {
            var rented = ArrayPool<double>.Shared.Rent(memory);
            fixed (double* start = rented)
            {
                body((int)((long)part * count / parts), (int)((part + 1L) * count / parts), (nint)start);
            }

            ArrayPool<double>.Shared.Return(rented);
        }
    }
}
