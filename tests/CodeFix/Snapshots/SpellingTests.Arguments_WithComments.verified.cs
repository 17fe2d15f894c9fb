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
    object a = pbn.PatchBatchNorm2d(64 /* channels */, grid: (2, 2));
    object b = pbn.PatchBatchNorm2d(/* channels */ 64, eps: 1e-3 /* as in the paper */, grid: (2, 2));
    object c = pbn.PatchBatchNorm2d(64, grid: (2, 2) // channels
        );
}