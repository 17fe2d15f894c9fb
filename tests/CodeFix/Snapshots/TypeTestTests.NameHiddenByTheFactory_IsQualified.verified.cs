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
    private readonly object norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));

    void Visit(nn.Module m)
    {
        if (m is TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) { }
        if (m is BatchNorm bn and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d)) bn.eval();
        var cast = m is BatchNorm norm and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) ? norm : null;
    }
}