using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Legacy
{
    /// <summary>Stays as it is, in a solution whose other projects change.</summary>
    public sealed class LegacyBlock : nn.Module<Tensor, Tensor>
    {
        private readonly BatchNorm2d norm;

        public LegacyBlock(long channels)
            : base(nameof(LegacyBlock))
        {
            norm = nn.BatchNorm2d(channels);
            RegisterComponents();
        }

        public BatchNorm2d Norm
        {
            get { return norm; }
        }

        public static BatchNorm2d Make(long channels)
        {
            return nn.BatchNorm2d(channels, eps: 1e-2);
        }

        public override Tensor forward(Tensor input)
        {
            return norm.forward(input);
        }
    }
}
