using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>The residual block of IBN-Net-a (Pan et al., arXiv 1807.09441), which cares less about how an image was lit.</summary>
public sealed class InstanceBatchBlock : ResidualBlock
{
    public InstanceBatchBlock(long inputs, long outputs, long stride)
        : base(nameof(InstanceBatchBlock), inputs, outputs, stride)
    {
    }

    protected override Module<Tensor, Tensor> CreateFirstNorm(long channels)
    {
        return new InstanceBatchNorm(channels, CreateNorm(channels - channels / 2));
    }
}
