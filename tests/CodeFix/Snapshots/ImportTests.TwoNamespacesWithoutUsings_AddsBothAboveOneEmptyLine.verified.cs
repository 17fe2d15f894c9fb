using PbnRewriter.Runtime;
using TorchSharp.Modules;

class Model
{
    TorchSharp.torch.nn.Module Make(object o)
    {
        BatchNorm? norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        Take(ref norm, (TorchSharp.Modules.BatchNorm)o);
        return norm;
    }

    void Take(ref TorchSharp.Modules.BatchNorm place, TorchSharp.Modules.BatchNorm norm) => place = norm;
}