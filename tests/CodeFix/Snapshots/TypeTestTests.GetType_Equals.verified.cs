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
if (!(m is BatchNorm2d or PatchBatchNorm2d)) { }
var frozen = m.modules().Where(each => each is BatchNorm2d or PatchBatchNorm2d).Count();
var both = m.training && (m is BatchNorm2d or PatchBatchNorm2d);
    }
}