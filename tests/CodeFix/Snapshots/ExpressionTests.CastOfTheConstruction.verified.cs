using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Model
{
    object Boxed => (PatchBatchNorm2d)pbn.PatchBatchNorm2d(8, grid: (2, 2));
    void Run()
    {
        object o = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        BatchNorm back = (BatchNorm)o;
        double eps = ((BatchNorm)o).eps;
        (o is BatchNorm norm and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) ? norm : null)?.eval();
    }
}