namespace PbnRewriter.Runtime.Autograd;

/// <summary>The backward pass that torch's engine is in on this thread.</summary>
internal static unsafe class GraphTask
{
    // bool torch::autograd::get_current_graph_task_keep_graph(), as Linux and macOS compilers name it.
    private static readonly delegate* unmanaged<byte> s_keepsGraph = (delegate* unmanaged<byte>)LoadedLibraries.Find(
        "_ZN5torch8autograd33get_current_graph_task_keep_graphEv", "libtorch_cpu.");

    /// <summary>
    /// Whether another backward pass through the same graph may follow; true also where that cannot be told.
    /// </summary>
    /// <remarks>
    /// torch's own operations let go of what they saved as soon as a pass that nothing follows is through with them.
    /// TorchSharp does not pass this on: without a look at it, the inputs of all layers stay until the loss is disposed.
    /// </remarks>
    public static bool KeepsGraph => s_keepsGraph is null || s_keepsGraph() != 0;
}
