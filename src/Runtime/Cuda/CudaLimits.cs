namespace PbnRewriter.Runtime.Cuda;

/// <summary>What a GPU has of what launches are planned by.</summary>
/// <param name="Multiprocessors">The number of multiprocessors.</param>
/// <param name="SharedMemory">The most shared memory of a block, in bytes.</param>
/// <param name="Cache">The size of the L2 cache, in bytes.</param>
/// <param name="Bandwidth">What its memory moves, in bytes a second; 0 where that is not known.</param>
internal readonly record struct CudaLimits(int Multiprocessors, int SharedMemory, int Cache, long Bandwidth);
