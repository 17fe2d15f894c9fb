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
var bn = m is BatchNorm norm and (BatchNorm2d or PatchBatchNorm2d) ? norm : null;
if (bn != null) bn.eval();
BatchNorm? second = m is BatchNorm norm2 and (BatchNorm2d or PatchBatchNorm2d) ? norm2 : null;
(m is BatchNorm norm3 and (BatchNorm2d or PatchBatchNorm2d) ? norm3 : null)?.eval();
    }
}