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
if (m is BatchNorm { affine: true } and (BatchNorm2d or PatchBatchNorm2d)) { }
if (m is BatchNorm { eps: > 1e-4 } wide and (BatchNorm2d or PatchBatchNorm2d)) wide.eval();
if (m is BatchNorm { } any and (BatchNorm2d or PatchBatchNorm2d)) any.eval();
    }
}