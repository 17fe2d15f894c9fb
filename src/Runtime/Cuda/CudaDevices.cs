using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>
/// The GPUs that have the kernels: loaded and looked at once each, when they first meet a tensor there. Where that fails, it is
/// said, once, and not tried again.
/// </summary>
/// <param name="library">The name or path of the driver's library.</param>
/// <param name="isOn">Whether the kernels are wanted.</param>
/// <param name="say">Tells the user.</param>
internal sealed class CudaDevices(string library, bool isOn, Action<string> say)
{
    private readonly Lazy<CudaDriver> _driver = new(() => new CudaDriver(library));
    private readonly ConcurrentDictionary<(int Ordinal, string Element), Lazy<CudaDevice?>> _devices = new();
    private readonly ConcurrentDictionary<int, Lazy<CudaDevice>> _opened = new();
    private int _hasSaid;

    /// <summary>Those of this system, unless the environment variable PBN_FUSED_CUDA is 0.</summary>
    public static CudaDevices OfSystem { get; } = new(
        CudaDriver.SystemLibrary,
        Environment.GetEnvironmentVariable("PBN_FUSED_CUDA") != "0",
        Console.Error.WriteLine);

    /// <summary>The GPU of some feature maps, if it has kernels for them; else null.</summary>
    /// <param name="maps">Feature maps, shape (N, C, H, W).</param>
    public CudaDevice? Of(Tensor maps)
    {
        var shape = maps.shape;
        return isOn && CudaDevice.ElementOf(maps.dtype) is { } element
            && shape[0] <= int.MaxValue && shape[1] * shape[2] * shape[3] <= int.MaxValue
            ? Loaded((Math.Max(maps.device_index, 0), element), maps)
            : null;
    }

    private CudaDevice? Loaded((int Ordinal, string Element) key, Tensor maps) => _devices.GetOrAdd(key, _ => new Lazy<CudaDevice?>(() =>
    {
        try
        {
            var device = _opened
                .GetOrAdd(key.Ordinal, ordinal => new Lazy<CudaDevice>(() =>
                    new CudaDevice(_driver.Value, ordinal, _driver.Value.Limits(ordinal))))
                .Value;
            device.Load(key.Element);
            if (!TensorMemory.IsKnown)
            {
                throw new CudaException("TorchSharp has no THSTensor_data");
            }

            CudaSelfCheck.Run(device, maps.device, maps.dtype);
            return device;
        }
        catch (Exception error) when (error is CudaException or ExternalException)
        {
            // torch's own errors are of the second type; the first line is the reason.
            if (Interlocked.Exchange(ref _hasSaid, 1) == 0)
            {
                say($"{nameof(PatchBatchNorm2d)}: the kernels for CUDA cannot be used: {error.Message.Split('\n')[0]}. Training on the GPU goes "
                    + "by torch's own operations and is several times slower. Update the driver, or set PBN_FUSED_CUDA=0 not to "
                    + "see this.");
            }

            return null;
        }
    })).Value;
}
