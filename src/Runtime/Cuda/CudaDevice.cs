using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>The kernels on one GPU. Those of a type of elements are compiled, by the driver, when the first is asked for.</summary>
/// <param name="driver">The driver.</param>
/// <param name="ordinal">The number of the GPU, torch's and the driver's.</param>
/// <param name="limits">What the GPU has.</param>
internal sealed class CudaDevice(CudaDriver driver, int ordinal, CudaLimits limits)
{
    private static readonly string[] s_names =
    [
        "pbn_conclude_moments",
        "pbn_conclude_products",
        "pbn_moments_vectors",
        "pbn_normalize_vectors",
        "pbn_products_vectors",
        "pbn_gradient_vectors",
        "pbn_moments_elements",
        "pbn_normalize_elements",
        "pbn_products_elements",
        "pbn_gradient_elements",
        "pbn_forward_on_chip_vectors",
        "pbn_backward_on_chip_vectors",
    ];

    private readonly nint _context = driver.PrimaryContext(ordinal);
    private readonly int _sharedMemory = limits.SharedMemory;
    private readonly ConcurrentDictionary<string, Lazy<nint>> _modules = new();
    private readonly ConcurrentDictionary<(string Name, string Element), nint> _kernels = new();

    /// <summary>What work is planned by: what the GPU has.</summary>
    public CudaLimits Limits { get; private set; } = limits;

    /// <summary>How the kernels' names and the files of PTX call a type of elements; null where there are none for it.</summary>
    public static string? ElementOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => "Float32",
        ScalarType.Float16 => "Float16",
        ScalarType.BFloat16 => "BFloat16",
        _ => null,
    };

    /// <summary>The same GPU and kernels, with work planned as for a GPU of other limits.</summary>
    /// <param name="others">No more shared memory than the GPU has.</param>
    public CudaDevice PlannedBy(CudaLimits others)
    {
        var same = (CudaDevice)MemberwiseClone();
        same.Limits = others;
        return same;
    }

    /// <summary>Sees to it that the kernels of a type of elements can be launched.</summary>
    /// <exception cref="CudaException">They cannot.</exception>
    public void Load(string element) => WithContext(() =>
    {
        foreach (var name in s_names)
        {
            Kernel(name, element);
        }
    });

    /// <summary>Launches a kernel on a stream.</summary>
    /// <param name="name">Its name without the type of elements.</param>
    /// <param name="element">The type of elements.</param>
    /// <param name="grid">The numbers of blocks along both axes.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="sharedMemory">Shared memory of a block, in bytes.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="arguments">What the kernel is given.</param>
    /// <exception cref="CudaException">The driver cannot.</exception>
    public void Launch(
        string name, string element, (int X, int Y) grid, int threads, int sharedMemory, nint stream, CudaArguments arguments) =>
        WithContext(() =>
        {
            driver.Launch(Kernel(name, element), grid.X, grid.Y, threads, sharedMemory, stream, arguments);
        });

    /// <summary>Copies to the GPU, in the order of a stream; the bytes may change once this returns.</summary>
    public void Upload(nint address, byte[] bytes, nint stream) =>
        WithContext(() => driver.CopyToDevice(address, bytes, stream));

    /// <summary>The PTX of the kernels of a type of elements.</summary>
    public static byte[] Ptx(string element)
    {
        using var resource = typeof(CudaDevice).Assembly.GetManifestResourceStream($"patch_batch_norm.{element}.ptx")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private nint Kernel(string name, string element) => _kernels.GetOrAdd(
        (name, element),
        key => driver.Kernel(
            Module(key.Element),
            $"{key.Name}_{key.Element}",
            _sharedMemory,
            prefersShared: key.Name.Contains("on_chip", StringComparison.Ordinal)));

    private nint Module(string element) =>
        _modules.GetOrAdd(element, _ => new Lazy<nint>(() => driver.LoadModule(Ptx(element)))).Value;

    // The context of the tensors' GPU, which need not be the current one of the thread.
    private void WithContext(Action action)
    {
        driver.Push(_context);
        try
        {
            action();
        }
        finally
        {
            driver.Pop();
        }
    }
}
