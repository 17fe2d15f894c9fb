using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Classic
{
    /// <summary>CRLF and a byte order mark. Größe bleibt.</summary>
    public sealed class WindowsBlock : nn.Module<Tensor, Tensor>
    {
        private readonly BatchNorm2d bn1;
        private readonly BatchNorm2d bn2;

        public WindowsBlock(long channels)
            : base(nameof(WindowsBlock))
        {
            bn1 = nn.BatchNorm2d(channels);
            bn2 = nn.BatchNorm2d(
                channels,
                eps: 1e-4, // größer
                momentum: 0.2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            return bn2.forward(bn1.forward(input));
        }

        public static string Kind(nn.Module module)
        {
            switch (module)
            {
                case BatchNorm2d bn:
                    return "norm " + bn.num_features;
                default:
                    return "other";
            }
        }
    }
}
