using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Classic
{
    /// <summary>Code that no configuration at hand compiles.</summary>
    public static class Conditional
    {
        public static BatchNorm2d Make(long channels)
        {
#if CUDNN
            return nn.BatchNorm2d(channels, eps: 1e-5); // left: this symbol is never defined
#else
            return nn.BatchNorm2d(channels, eps: 1e-3);
#endif
        }

#if false
        public static BatchNorm2d Old(long channels)
        {
            return torch.nn.BatchNorm2d(channels);
        }
#endif
    }
}
