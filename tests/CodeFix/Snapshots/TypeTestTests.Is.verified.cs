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
if (m is BatchNorm2d or PatchBatchNorm2d) { }
if (!(m is BatchNorm2d or PatchBatchNorm2d) && m is not (BatchNorm2d or PatchBatchNorm2d)) { }
var kind = m is BatchNorm2d or PatchBatchNorm2d ? 1 : 2;
if (m is TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) { }
    }
}