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
    private readonly PatchBatchNorm2d bn1, bn2;
    private PatchBatchNorm2d? lazy;
    public PatchBatchNorm2d First => bn1;
    public PatchBatchNorm2d Second { get; } = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    public PatchBatchNorm2d Lazy => lazy ??= pbn.PatchBatchNorm2d(8, grid: (2, 2));

    public Model()
    {
        bn1 = pbn.PatchBatchNorm2d(64, grid: (2, 2));
        bn2 = pbn.PatchBatchNorm2d(64, grid: (2, 2));
        First.train();
    }
}