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
    private readonly BatchNorm2d inspected = BatchNorm2d(16);
    private readonly List<BatchNorm2d> collected = [BatchNorm2d(4)];
    private readonly PatchBatchNorm2d visited = pbn.PatchBatchNorm2d(32, grid: (2, 2));

    void Run()
    {
        var same = inspected;
        Vendor.Norms.Inspect(same);
        Vendor.Norms.Collect(collected);
        Vendor.Norms.Visit(visited);
    }
}