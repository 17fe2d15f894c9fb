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
    static void Run(Tensor x)
    {
        using var inferred = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        using PatchBatchNorm2d typed = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        using (PatchBatchNorm2d inner = pbn.PatchBatchNorm2d(8, grid: (2, 2)))
        {
            inner.call(typed.call(inferred.call(x)));
        }
    }
}