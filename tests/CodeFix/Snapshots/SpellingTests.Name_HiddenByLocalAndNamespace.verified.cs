using TorchSharp;
using static TorchSharp.torch.nn;

namespace Shop.PbnRewriter
{
    class Model
    {
        object Make(int pbn) => global::PbnRewriter.Runtime.pbn.PatchBatchNorm2d(pbn, grid: (2, 2));
    }
}