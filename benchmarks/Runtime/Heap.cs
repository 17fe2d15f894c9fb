using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>The allocator that tensors come from.</summary>
internal static partial class Heap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Has glibc keep what is freed. Else it gives large blocks back to the system, and now this and now that contender
    /// pays for every page when it gets them anew.
    /// </summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Mallopt(MmapThreshold, 1 << 30);
            _ = Mallopt(TrimThreshold, int.MaxValue);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
