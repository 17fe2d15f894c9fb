using System.Runtime.InteropServices;
using PbnRewriter.Runtime.Composed;
using PbnRewriter.Runtime.Cuda;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests.Cuda;

/// <summary>Where the kernels for GPUs cannot be used, the composed way is gone, and that is said once.</summary>
public sealed class FallbackTests
{
    private const string NoLibrary = "libpbn-no-such-driver.so.1";

    [Fact]
    public void WithoutADriver_TheNumbersAreTheComposedOnesAndItIsSaidOnce()
    {
        using var scope = NewDisposeScope();
        var said = new List<string>();
        var devices = new CudaDevices(NoLibrary, isOn: true, said.Add);
        var x = randn(3, 4, 6, 8);
        var splits = new PatchSplits(new PatchSplit(PatchCuts.Even(6, 8, (2, 2)), 1, null));
        for (var step = 0; step < 3; step++)
        {
            Expect.SameBits(
                ComposedPatchBatchNorm.Apply(x, null, null, null, splits, 1e-3),
                TrainingForward.OnGpu(devices, x, null, null, null, splits, 1e-3));
        }

        Assert.Null(devices.Of(x.to(bfloat16)));
        var message = Assert.Single(said);
        Assert.Contains($"{NoLibrary} cannot be loaded", message, StringComparison.Ordinal);
        Assert.Contains("several times slower", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void FileThatIsNoLibrary_IsSaidOnce()
    {
        var file = Path.GetTempFileName();
        var message = Assert.Single(WhatIsSaid(file));
        Assert.Contains($"{file} cannot be loaded", message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [HostFact]
    public void LibraryThatLacksAFunction_IsSaidByItsName() =>
        Assert.Contains("the driver has no cu", Assert.Single(WhatIsSaid("libm.so.6")), StringComparison.Ordinal);

    [Fact]
    public void ThreadsThatComeAtOnce_SayItOnce()
    {
        using var x = randn(1, 2, 4, 4);
        var said = new List<string>();
        var devices = new CudaDevices(NoLibrary, isOn: true, message =>
        {
            lock (said)
            {
                said.Add(message);
            }
        });
        Parallel.For(0, 8, _ => Assert.Null(devices.Of(x)));
        Assert.Single(said);
    }

    [Fact]
    public void SwitchedOff_NothingIsLoadedAndNothingSaid()
    {
        using var x = randn(1, 2, 4, 4);
        var said = new List<string>();
        Assert.Null(new CudaDevices(NoLibrary, isOn: false, said.Add).Of(x));
        Assert.Empty(said);
    }

    // The kernels compute in float32.
    [Fact]
    public void InputOfFloat64_GoesTheComposedWaySilently()
    {
        using var x = randn([1, 2, 4, 4], float64);
        var said = new List<string>();
        Assert.Null(new CudaDevices(NoLibrary, isOn: true, said.Add).Of(x));
        Assert.Empty(said);
    }

    [HostFact]
    public void Driver_IsLoadedOnceAndTheKernelsAreUsed()
    {
        using var scope = NewDisposeScope();
        var said = new List<string>();
        var devices = new CudaDevices(HostDriver.Library, isOn: true, said.Add);
        var x = randn(3, 4, 6, 8);
        var device = devices.Of(x);
        Assert.NotNull(device);
        Assert.Same(device, devices.Of(x));
        Assert.Same(device, devices.Of(x.to(bfloat16)));
        var splits = new PatchSplits(new PatchSplit(PatchCuts.Even(6, 8, (2, 2)), 1, null));
        Expect.SameBits(
            CudaPatchBatchNorm.Apply(device, x, null, null, null, splits, 1e-3),
            TrainingForward.OnGpu(devices, x, null, null, null, splits, 1e-3));
        Assert.Empty(said);
    }

    [HostFact]
    public unsafe void GpuThatComputesOtherNumbers_IsLeftAndThatIsSaid()
    {
        var spoil = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(NativeLibrary.Load(HostDriver.Library), "host_spoil");
        spoil(1);
        try
        {
            var message = Assert.Single(WhatIsSaid(HostDriver.Library));
            Assert.Contains("other numbers on this GPU", message, StringComparison.Ordinal);
        }
        finally
        {
            spoil(0);
        }
    }

    [HostFact]
    public void PtxThatTheDriverRefuses_IsRefusedInItsWords()
    {
        var error = Assert.Throws<CudaException>(() => HostDriver.Driver.LoadModule("no PTX"u8));
        Assert.Equal("cuModuleLoadDataEx: an error of the host's driver (there is no entry)", error.Message);
    }

    private static List<string> WhatIsSaid(string library)
    {
        using var x = randn(1, 2, 4, 4);
        var said = new List<string>();
        var devices = new CudaDevices(library, isOn: true, said.Add);
        Assert.Null(devices.Of(x));
        Assert.Null(devices.Of(x));
        return said;
    }
}
