using System.Linq;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Zoo.Common
{
    /// <summary>Counts layers, in whichever project imports this.</summary>
    internal static class NormSummary
    {
        public static int Count(Module model)
        {
            return model.modules().Count(module => module is BatchNorm2d);
        }

        public static long Channels(Module model)
        {
            return model.modules().OfType<BatchNorm2d>().Sum(norm => norm.num_features);
        }
    }
}
