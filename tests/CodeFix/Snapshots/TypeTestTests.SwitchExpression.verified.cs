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
var name = m switch
{
    BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) when bn.affine => "affine " + bn.num_features,
    BatchNorm2d or PatchBatchNorm2d => "plain",
    _ => "other",
};
    }
}