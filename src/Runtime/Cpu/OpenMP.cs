using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime.Cpu;

/// <summary>Runs code on the threads that torch's own operations run on, where torch uses GNU's or LLVM's OpenMP.</summary>
/// <remarks>
/// OpenMP's threads stay on their cores for a while after an operation, waiting for the next one. Threads of another
/// pool would share the cores with them: on two cores the kernels took up to twice as long that way.
/// </remarks>
internal static unsafe class OpenMP
{
    // void GOMP_parallel(void (*fn)(void *), void *data, unsigned num_threads, unsigned flags)
    private static readonly delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void> s_parallel =
        (delegate* unmanaged<delegate* unmanaged<nint, void>, nint, uint, uint, void>)LoadedLibraries.Find(
            "GOMP_parallel", "libgomp", "libomp", "libiomp");

    /// <summary>Whether torch's OpenMP was found.</summary>
    public static bool IsAvailable => s_parallel is not null;

    /// <summary>Runs a body for all indices from 0 to <paramref name="count"/> and waits for it.</summary>
    /// <param name="count">The number of indices.</param>
    /// <param name="threads">The number of threads, the calling one among them.</param>
    /// <param name="body">What to run for an index.</param>
    public static void For(int count, int threads, Action<int> body)
    {
        var region = new Region(count, body);
        var handle = GCHandle.Alloc(region);
        try
        {
            s_parallel(&Enter, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }

        region.Error?.Throw();
    }

    [UnmanagedCallersOnly]
    private static void Enter(nint handle) => Unsafe.As<Region>(GCHandle.FromIntPtr(handle).Target)!.Run();

    /// <summary>One parallel region: its threads take the indices as they come.</summary>
    private sealed class Region(int count, Action<int> body)
    {
        private int _next = -1;

        public ExceptionDispatchInfo? Error { get; private set; }

        public void Run()
        {
            try
            {
                for (var i = Interlocked.Increment(ref _next); i < count; i = Interlocked.Increment(ref _next))
                {
                    body(i);
                }
            }
            catch (Exception error)
            {
                // None may pass through OpenMP's own frames.
                Error = ExceptionDispatchInfo.Capture(error);
            }
        }
    }
}
