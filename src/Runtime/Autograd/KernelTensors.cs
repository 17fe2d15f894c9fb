using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Autograd;

/// <summary>Tensors as kernels take them and give them.</summary>
internal static class KernelTensors
{
    /// <summary>Values of a type, contiguous: themselves, mostly.</summary>
    public static Tensor Plain(Tensor values, ScalarType dtype)
    {
        if (values.dtype != dtype)
        {
            values = values.to(dtype);
        }

        return values.is_contiguous() ? values : values.contiguous();
    }

    /// <summary>Takes over what kernels made of a buffer, where that was not in place.</summary>
    /// <param name="updated">What <see cref="Plain"/> gave of the buffer.</param>
    /// <param name="buffer">The buffer.</param>
    public static void CopyBack(Tensor updated, Tensor buffer)
    {
        if (!ReferenceEquals(updated, buffer))
        {
            buffer.copy_(updated);
        }
    }

    /// <summary>Memory for the gradient of a tensor; null where none is asked for.</summary>
    public static Tensor? Gradient(Tensor? of) => of is { requires_grad: true } ? empty_like(of) : null;
}
