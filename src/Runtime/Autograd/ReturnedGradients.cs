using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Autograd;

/// <summary>Gradients that a custom backward handed to torch's engine on this thread.</summary>
/// <remarks>
/// The engine takes what a backward returns without taking its wrappers, and says nowhere that it did; left to the
/// garbage collector, they would keep the memory of every layer's gradient until it runs. It has taken them when it next
/// calls a backward on the same thread, or when the thread starts another forward.
/// </remarks>
internal static class ReturnedGradients
{
    [ThreadStatic]
    private static Tensor?[]? t_gradients;

    /// <summary>Keeps gradients alive until the engine has taken them.</summary>
    public static void Keep(Tensor?[] gradients)
    {
        foreach (var gradient in gradients)
        {
            gradient?.DetachFromDisposeScope();
        }

        t_gradients = gradients;
    }

    /// <summary>Lets go of the gradients that the last backward returned.</summary>
    public static void Release()
    {
        foreach (var gradient in t_gradients ?? [])
        {
            gradient?.Dispose();
        }

        t_gradients = null;
    }
}
