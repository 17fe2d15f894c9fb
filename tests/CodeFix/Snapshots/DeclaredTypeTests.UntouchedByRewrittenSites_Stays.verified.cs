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
    private readonly PatchBatchNorm2d bn = pbn.PatchBatchNorm2d(64, grid: (2, 2));
    public void Visit(BatchNorm2d never) { }
}