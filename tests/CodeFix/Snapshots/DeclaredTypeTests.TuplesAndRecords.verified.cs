using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

record Stage(string Name, PatchBatchNorm2d Norm);

class Model(PatchBatchNorm2d primary)
{
    public PatchBatchNorm2d Primary => primary;

    static (PatchBatchNorm2d Norm, int Width) Pair() => (pbn.PatchBatchNorm2d(8, grid: (2, 2)), 8);

    static void Run()
    {
        var (norm, width) = Pair();
        PatchBatchNorm2d same = norm;
        PatchBatchNorm2d named = Pair().Norm;
        var (name, inner) = new Stage("a", pbn.PatchBatchNorm2d(4, grid: (2, 2)));
        PatchBatchNorm2d staged = inner;
        var model = new Model(pbn.PatchBatchNorm2d(2, grid: (2, 2)));
    }
}