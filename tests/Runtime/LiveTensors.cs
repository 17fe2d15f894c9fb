using TorchSharp;

namespace PbnRewriter.Runtime.Tests;

internal static class LiveTensors
{
    /// <summary>The tensors that this thread made and nobody disposed; other tests make some at the same time.</summary>
    public static long OfThisThread => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
}
