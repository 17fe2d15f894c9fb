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
var norm = m is /* only the 2d one */ BatchNorm norm2 and (BatchNorm2d or PatchBatchNorm2d) ? norm2 : null;
Func<nn.Module, object?> make = each => each is BatchNorm norm3 and (BatchNorm2d or PatchBatchNorm2d) ? norm3 : null;
    }
}