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
    static PatchBatchNorm2d Make(long channels)
    {
        PatchBatchNorm2d made = pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        var same = made;
        Fill(same, out PatchBatchNorm2d filled, out var inferred);
        return filled;
    }

    static void Fill(PatchBatchNorm2d source, out PatchBatchNorm2d first, out PatchBatchNorm2d second)
    {
        first = source;
        second = source;
    }

    static PatchBatchNorm2d Choose(bool wide) => wide ? pbn.PatchBatchNorm2d(64, grid: (2, 2)) : pbn.PatchBatchNorm2d(8, grid: (2, 2));

    static PatchBatchNorm2d Switched(int kind) => kind switch { 0 => pbn.PatchBatchNorm2d(1, grid: (2, 2)), _ => pbn.PatchBatchNorm2d(2, grid: (2, 2)) };
}