namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>The layers that networks are compared with.</summary>
internal enum Layer
{
    /// <summary>torch's own.</summary>
    BatchNorm2d,

    /// <summary>This project's.</summary>
    PatchBatchNorm2d,
}
