using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>The functions of CUDA's driver that loading and launching kernels takes, from the library that is installed with it.</summary>
internal sealed unsafe class CudaDriver
{
    private readonly nint _library;
    private readonly delegate* unmanaged<int, byte**, int> _getErrorString;
    private readonly delegate* unmanaged<int*, int, int> _deviceGet;
    private readonly delegate* unmanaged<int*, int, int, int> _deviceGetAttribute;
    private readonly delegate* unmanaged<nint*, int, int> _primaryContextRetain;
    private readonly delegate* unmanaged<nint, int> _contextPush;
    private readonly delegate* unmanaged<nint*, int> _contextPop;
    private readonly delegate* unmanaged<nint*, byte*, uint, int*, void**, int> _moduleLoad;
    private readonly delegate* unmanaged<nint*, nint, byte*, int> _moduleGetFunction;
    private readonly delegate* unmanaged<nint, int, int, int> _functionSetAttribute;
    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> _launch;
    private readonly delegate* unmanaged<nint, void*, nuint, nint, int> _copyToDevice;

    /// <summary>Loads the driver.</summary>
    /// <param name="library">The library's name or path.</param>
    /// <exception cref="CudaException">There is none, or it lacks what is needed, or finds no GPU.</exception>
    public CudaDriver(string library)
    {
        if (!NativeLibrary.TryLoad(library, out _library))
        {
            throw new CudaException($"{library} cannot be loaded");
        }

        _getErrorString = (delegate* unmanaged<int, byte**, int>)Function("cuGetErrorString");
        _deviceGet = (delegate* unmanaged<int*, int, int>)Function("cuDeviceGet");
        _deviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Function("cuDeviceGetAttribute");
        _primaryContextRetain = (delegate* unmanaged<nint*, int, int>)Function("cuDevicePrimaryCtxRetain");
        _contextPush = (delegate* unmanaged<nint, int>)Function("cuCtxPushCurrent_v2");
        _contextPop = (delegate* unmanaged<nint*, int>)Function("cuCtxPopCurrent_v2");
        _moduleLoad = (delegate* unmanaged<nint*, byte*, uint, int*, void**, int>)Function("cuModuleLoadDataEx");
        _moduleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Function("cuModuleGetFunction");
        _functionSetAttribute = (delegate* unmanaged<nint, int, int, int>)Function("cuFuncSetAttribute");
        _launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)
            Function("cuLaunchKernel");
        _copyToDevice = (delegate* unmanaged<nint, void*, nuint, nint, int>)Function("cuMemcpyHtoDAsync_v2");
        Check(((delegate* unmanaged<uint, int>)Function("cuInit"))(0), "cuInit");
    }

    /// <summary>The name of the driver's library on this system.</summary>
    public static string SystemLibrary => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>What a GPU has.</summary>
    /// <exception cref="CudaException">There is no such GPU.</exception>
    public CudaLimits Limits(int ordinal)
    {
        const int MultiprocessorCount = 16, MemoryClock = 36, MemoryBusWidth = 37, CacheSize = 38, SharedMemoryOfBlockOptIn = 97;
        var device = Device(ordinal);

        // The clock in kHz; two transfers each, of as many bits as the bus has.
        var bandwidth = 2L * Attribute(MemoryClock) * 1000 * Attribute(MemoryBusWidth) / 8;
        return new CudaLimits(
            Attribute(MultiprocessorCount), Attribute(SharedMemoryOfBlockOptIn), Attribute(CacheSize), bandwidth);

        int Attribute(int attribute)
        {
            int value;
            Check(_deviceGetAttribute(&value, attribute, device), "cuDeviceGetAttribute");
            return value;
        }
    }

    /// <summary>The context that libraries share on a GPU, torch among them; kept from now on.</summary>
    /// <exception cref="CudaException">There is none.</exception>
    public nint PrimaryContext(int ordinal)
    {
        nint context;
        Check(_primaryContextRetain(&context, Device(ordinal)), "cuDevicePrimaryCtxRetain");
        return context;
    }

    /// <summary>Has the driver compile PTX for the GPU of the current context.</summary>
    /// <exception cref="CudaException">It cannot; the message has the driver's own words.</exception>
    public nint LoadModule(ReadOnlySpan<byte> ptx)
    {
        const int ErrorLogBuffer = 5, ErrorLogBufferSize = 6, LogSize = 4096;
        var text = new byte[ptx.Length + 1];
        ptx.CopyTo(text);
        var log = stackalloc byte[LogSize];
        log[0] = 0;
        var options = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferSize };
        var values = stackalloc void*[] { log, (void*)LogSize };
        nint module;
        fixed (byte* start = text)
        {
            var result = _moduleLoad(&module, start, 2, options, values);
            if (result != 0)
            {
                var reason = Marshal.PtrToStringUTF8((nint)log)?.Split('\n')[0];
                throw new CudaException($"cuModuleLoadDataEx: {ErrorString(result)}{(reason is "" ? "" : $" ({reason})")}");
            }
        }

        return module;
    }

    /// <summary>A kernel of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="sharedMemory">The most shared memory of a block, in bytes.</param>
    /// <param name="prefersShared">Whether as many blocks as have room should share a multiprocessor, rather than cache.</param>
    /// <exception cref="CudaException">There is none, or it may not have so much.</exception>
    public nint Kernel(nint module, string name, int sharedMemory, bool prefersShared)
    {
        const int MaxDynamicSharedSize = 8, PreferredSharedCarveout = 9;
        nint function;
        var bytes = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            Check(_moduleGetFunction(&function, module, (byte*)bytes), $"cuModuleGetFunction({name})");
        }
        finally
        {
            Marshal.FreeCoTaskMem(bytes);
        }

        Check(_functionSetAttribute(function, MaxDynamicSharedSize, sharedMemory), $"cuFuncSetAttribute({name})");
        if (prefersShared)
        {
            Check(_functionSetAttribute(function, PreferredSharedCarveout, 100), $"cuFuncSetAttribute({name})");
        }

        return function;
    }

    /// <summary>Makes a context the current one of this thread, until <see cref="Pop"/>.</summary>
    public void Push(nint context) => Check(_contextPush(context), "cuCtxPushCurrent");

    /// <summary>Makes the context from before <see cref="Push"/> the current one again.</summary>
    public void Pop()
    {
        nint context;
        Check(_contextPop(&context), "cuCtxPopCurrent");
    }

    /// <summary>Launches a kernel of one parameter.</summary>
    public void Launch(
        nint kernel, int gridX, int gridY, int threads, int sharedMemory, nint stream, in CudaArguments arguments)
    {
        fixed (CudaArguments* first = &arguments)
        {
            void* parameter = first;
            Check(
                _launch(kernel, (uint)gridX, (uint)gridY, 1, (uint)threads, 1, 1, (uint)sharedMemory, stream, &parameter, null),
                "cuLaunchKernel");
        }
    }

    /// <summary>Copies to the GPU, in the order of a stream; the bytes may change once this returns.</summary>
    public void CopyToDevice(nint address, ReadOnlySpan<byte> bytes, nint stream)
    {
        // From memory that is not pinned, the driver takes its own copy before it returns.
        fixed (byte* start = bytes)
        {
            Check(_copyToDevice(address, start, (nuint)bytes.Length, stream), "cuMemcpyHtoDAsync");
        }
    }

    private int Device(int ordinal)
    {
        int device;
        Check(_deviceGet(&device, ordinal), "cuDeviceGet");
        return device;
    }

    private nint Function(string name) => NativeLibrary.TryGetExport(_library, name, out var address)
        ? address
        : throw new CudaException($"the driver has no {name}");

    private void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new CudaException($"{what}: {ErrorString(result)}");
        }
    }

    private string ErrorString(int result)
    {
        byte* text = null;
        return _getErrorString(result, &text) == 0 && text is not null
            ? Marshal.PtrToStringUTF8((nint)text)!
            : $"error {result}";
    }
}
