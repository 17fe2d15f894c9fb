using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Model
{
    (PatchBatchNorm2d Norm, int Index)? last;

    PatchBatchNorm2d First => last?.Norm ?? pbn.PatchBatchNorm2d(4, grid: (2, 2));

    void Add(int index)
    {
        last = (pbn.PatchBatchNorm2d(8, grid: (2, 2)), index);
        (PatchBatchNorm2d Norm, int Index) sure = last ?? (pbn.PatchBatchNorm2d(2, grid: (2, 2)), 0);
        var (norm, _) = ((PatchBatchNorm2d, int))last;
        PatchBatchNorm2d given = last.Value.Norm;
        if (last is (PatchBatchNorm2d found, > 0) && last is { Norm: var same } && last is { } pair)
        {
            PatchBatchNorm2d[] all = { found, same, pair.Norm, norm, sure.Norm };
        }
    }
}