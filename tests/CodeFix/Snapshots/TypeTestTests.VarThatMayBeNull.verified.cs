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
BatchNorm? norm = m.training ? pbn.PatchBatchNorm2d(3, grid: (2, 2)) : (m is BatchNorm norm2 and (BatchNorm2d or PatchBatchNorm2d) ? norm2 : null);
BatchNorm sure = m.training ? pbn.PatchBatchNorm2d(3, grid: (2, 2)) : (BatchNorm)m;
BatchNorm? later = pbn.PatchBatchNorm2d(3, grid: (2, 2));
later = m is BatchNorm norm3 and (BatchNorm2d or PatchBatchNorm2d) ? norm3 : null;
    }
}