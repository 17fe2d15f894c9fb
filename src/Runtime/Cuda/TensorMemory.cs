using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>Where the values of tensors are, on whatever device.</summary>
internal static unsafe class TensorMemory
{
    // void *THSTensor_data(const Tensor tensor) of TorchSharp's own library, behind Tensor.bytes, which is for the CPU alone.
    private static readonly delegate* unmanaged<nint, nint> s_data = (delegate* unmanaged<nint, nint>)
        LoadedLibraries.Find("THSTensor_data", "libLibTorchSharp.", "LibTorchSharp.");

    /// <summary>Whether they can be found.</summary>
    public static bool IsKnown => s_data is not null;

    /// <summary>The address of a tensor's first value; 0 where there is no tensor.</summary>
    public static nint Address(Tensor? tensor) => tensor is null ? 0 : s_data(tensor.Handle);
}
