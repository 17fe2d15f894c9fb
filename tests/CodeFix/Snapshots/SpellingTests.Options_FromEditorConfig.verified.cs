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
    object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2), global_weight: 0.25, statistics: PatchStatistics.Selected, layout: PatchLayout.Random, warmup_batches: 500);
    object lines = pbn.PatchBatchNorm2d(
        64,
        eps: 1e-3,
        grid: (2, 2),
        global_weight: 0.25,
        statistics: PatchStatistics.Selected,
        layout: PatchLayout.Random,
        warmup_batches: 500); // as in the paper
}

class Other
{
    private const int PatchLayout = 3;
    object norm = pbn.PatchBatchNorm2d(64, momentum: PatchLayout, grid: (2, 2), global_weight: 0.25, statistics: PatchStatistics.Selected, layout: PbnRewriter.Runtime.PatchLayout.Random, warmup_batches: 500);
}
