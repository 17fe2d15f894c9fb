using PbnRewriter.Runtime.Cuda;
using PbnRewriter.Runtime.Tests.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// The device of torch's defaults, which belongs to the whole process, is not where the layer works: that is its input's.
/// </summary>
[Collection(nameof(Alone))]
public sealed class DefaultDeviceTests : IDisposable
{
    private readonly Device _before = get_default_device();

    public DefaultDeviceTests() => set_default_device(new Device(DeviceType.META));

    public void Dispose() => set_default_device(_before);

    [Fact]
    public void Training_IsWhereTheInputIs()
    {
        using var scope = NewDisposeScope();
        using var layer = pbn.PatchBatchNorm2d(3, device: CPU);
        var x = randn([2, 3, 4, 4], device: CPU).requires_grad_();
        layer.forward(x).square().sum().backward();
        Assert.True(x.grad!.isfinite().all().item<bool>());
    }

    [HostFact]
    public void SelfCheckOfAGpu_ComparesWithTheCpu()
    {
        using var x = randn([1, 2, 4, 4], device: CPU);
        var said = new List<string>();
        Assert.NotNull(new CudaDevices(HostDriver.Library, isOn: true, said.Add).Of(x));
        Assert.Empty(said);
    }
}
