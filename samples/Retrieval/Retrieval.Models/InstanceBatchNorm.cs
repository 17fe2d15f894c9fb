using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>
/// Normalizes the first half of the channels over each image alone, which takes out its light and colour cast, and the
/// others over the batch, which keeps what differs between images.
/// </summary>
public sealed class InstanceBatchNorm : Module<Tensor, Tensor>
{
    private readonly InstanceNorm2d instance;
    private readonly BatchNorm2d batch;
    private readonly long[] sizes;

    /// <param name="channels">The channels of the input.</param>
    /// <param name="batch">The normalization of the second half, one channel larger where they are odd.</param>
    public InstanceBatchNorm(long channels, BatchNorm2d batch)
        : base(nameof(InstanceBatchNorm))
    {
        sizes = new long[] { channels / 2, channels - channels / 2 };
        instance = InstanceNorm2d(sizes[0], affine: true);
        this.batch = batch;

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] halves = input.split(sizes, dim: 1);
        Tensor[] normalized = new Tensor[] { instance.forward(halves[0]), batch.forward(halves[1]) };
        return cat(normalized, dim: 1).MoveToOuterDisposeScope();
    }
}
