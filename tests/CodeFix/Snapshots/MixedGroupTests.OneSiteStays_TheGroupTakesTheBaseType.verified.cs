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
    private readonly BatchNorm shared;
    private readonly PatchBatchNorm2d own = pbn.PatchBatchNorm2d(8, grid: (2, 2));

    public Model(bool wide)
    {
        BatchNorm first = pbn.PatchBatchNorm2d(16, grid: (2, 2));
        BatchNorm second = BatchNorm2d(32);
        shared = wide ? second : first;
    }
}