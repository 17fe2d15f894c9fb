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
if (m is BatchNorm and (BatchNorm2d or PatchBatchNorm2d) and { affine: true }) { }
if (m is BatchNorm and (BatchNorm2d or PatchBatchNorm2d) and var each && each.eps > 0) { }
if (m is not null and BatchNorm and (BatchNorm2d or PatchBatchNorm2d) and not { affine: false }) { }
var kind = m switch { BatchNorm and (BatchNorm2d or PatchBatchNorm2d) and { eps: > 1e-4 } => "big", BatchNorm2d or PatchBatchNorm2d => "bn", _ => "" };
    }
}