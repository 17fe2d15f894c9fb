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
foreach (var bn in m.modules().OfType<BatchNorm>().Where(norm => norm is BatchNorm2d or PatchBatchNorm2d)) bn.eval();
var count = m.modules().OfType<BatchNorm>().Where(norm2 => norm2 is BatchNorm2d or PatchBatchNorm2d).Count();
    }
}