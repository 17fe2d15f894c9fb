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
var all = from BatchNorm norm in m.children() select norm.eps;
var some = from BatchNorm norm in m.modules().OfType<BatchNorm>().Where(norm2 => norm2 is BatchNorm2d or PatchBatchNorm2d) where norm.affine select norm;
var second = from number in new[] { 1 } from BatchNorm norm in m.children() select norm.eps;
var joined = from each in m.children() join BatchNorm norm in m.children() on each.GetName() equals norm.GetName() select norm;
    }
}