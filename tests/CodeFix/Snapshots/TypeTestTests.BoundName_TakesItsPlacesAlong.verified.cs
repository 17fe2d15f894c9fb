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
    private readonly PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    private readonly List<BatchNorm> seen = new();

    void Visit(nn.Module m)
    {
        if (m is BatchNorm bn and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d)) Init(bn);
    }

    void Init(BatchNorm bn) => seen.Add(bn);
}