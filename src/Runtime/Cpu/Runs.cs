namespace PbnRewriter.Runtime.Cpu;

/// <summary>Runs that share their tables: some rows of the same channel of some images.</summary>
/// <param name="Length">The number of places of a run.</param>
/// <param name="Rows">The number of runs of an image, one right behind the other.</param>
/// <param name="Images">The number of images.</param>
/// <param name="ImageStride">From one image to the next, in values.</param>
internal readonly record struct Runs(int Length, int Rows, int Images, long ImageStride);
