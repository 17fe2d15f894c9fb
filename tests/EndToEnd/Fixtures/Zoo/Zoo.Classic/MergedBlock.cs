using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Classic
{
    /// <summary>Line endings of two systems in one file.</summary>
    public sealed class MergedBlock : nn.Module<Tensor, Tensor>
    {
        private readonly BatchNorm2d first;
        private readonly BatchNorm2d second;

        public MergedBlock(long channels)
            : base(nameof(MergedBlock))
        {
            first = nn.BatchNorm2d(channels);
            second = nn.BatchNorm2d(channels, momentum: 0.3);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            return second.forward(first.forward(input));
        }
    }
}
