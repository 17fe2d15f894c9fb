using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>The stream that torch's own operations on a GPU are queued in, on this thread.</summary>
internal static unsafe class CudaStream
{
    // c10::cuda::CUDAStream c10::cuda::getCurrentCUDAStream(c10::DeviceIndex), and cudaStream_t CUDAStream::stream() const,
    // as Linux compilers name them.
    private static readonly delegate* unmanaged<sbyte, Stream> s_current = (delegate* unmanaged<sbyte, Stream>)
        LoadedLibraries.Find("_ZN3c104cuda20getCurrentCUDAStreamEa", "libc10_cuda.");

    private static readonly delegate* unmanaged<Stream*, nint> s_handle = (delegate* unmanaged<Stream*, nint>)
        LoadedLibraries.Find("_ZNK3c104cuda10CUDAStream6streamEv", "libc10_cuda.");

    /// <summary>
    /// The driver's handle of the stream. Where torch cannot be asked it is 0, the default stream: that is torch's own, unless
    /// somebody changes it by other means than TorchSharp, which has none.
    /// </summary>
    /// <param name="ordinal">The number of the GPU.</param>
    public static nint Current(int ordinal)
    {
        if (s_current is null || s_handle is null)
        {
            return 0;
        }

        var stream = s_current((sbyte)ordinal);
        return s_handle(&stream);
    }

    /// <summary>A <c>c10::Stream</c>: the device's type and number, and the stream's. Returned in registers.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Stream
    {
        private readonly long _device;
        private readonly long _id;
    }
}
