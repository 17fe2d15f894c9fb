using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp.Modules;

class Model
{
    TorchSharp.torch.nn.Module Make(TorchSharp.torch.nn.Module m)
    {
        BatchNorm? norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        Take(ref norm, m.modules().Cast<TorchSharp.Modules.BatchNorm>().First());
        return norm;
    }

    void Take(ref TorchSharp.Modules.BatchNorm place, TorchSharp.Modules.BatchNorm norm) => place = norm;
}