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
nn.Module? maybe = m;
if (maybe is BatchNorm2d or PatchBatchNorm2d) { }
if (maybe is not (BatchNorm2d or PatchBatchNorm2d)) { }
    }
}