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
    static void Run()
    {
        PatchBatchNorm2d Local(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        static PatchBatchNorm2d Static(PatchBatchNorm2d? given, long channels) => given ?? pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        Func<long, PatchBatchNorm2d> lambda = channels => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        var inferred = (long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        var spelled = PatchBatchNorm2d (long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
        Func<PatchBatchNorm2d, PatchBatchNorm2d> through = norm => norm;
        Func<Func<long, PatchBatchNorm2d>, PatchBatchNorm2d> higher = make => make(8);
        Func<long, PatchBatchNorm2d> group = Local;
        PatchBatchNorm2d norm = through(higher(group));
        norm = Static(lambda(4), 4);
        norm = inferred(2);
        norm = spelled(2);
    }
}