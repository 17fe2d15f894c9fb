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
switch (m)
{
    case Conv2d conv:
        nn.init.kaiming_normal_(conv.weight);
        break;
    case BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) when bn.affine:
        nn.init.ones_(bn.weight);
        break;
    case BatchNorm2d or PatchBatchNorm2d:
        break;
}
    }
}