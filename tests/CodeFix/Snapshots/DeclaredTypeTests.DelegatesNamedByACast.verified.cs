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
    private readonly PatchBatchNorm2d called = ((Func<PatchBatchNorm2d>)(() => pbn.PatchBatchNorm2d(8, grid: (2, 2))))();
    private readonly object made = (Func<long, PatchBatchNorm2d>)Make;
    static PatchBatchNorm2d Make(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
}