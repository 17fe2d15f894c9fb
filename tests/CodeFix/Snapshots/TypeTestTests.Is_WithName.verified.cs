using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

class Model
{
    private readonly object norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));

    void Visit(nn.Module m)
    {
if (m is BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) && bn.affine) nn.init.ones_(bn.weight);
if (m is not (BatchNorm other and (BatchNorm2d or PatchBatchNorm2d))) return;
other.eval();
    }
}