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
    private PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));

    ref PatchBatchNorm2d Slot() => ref norm;

    static void Exchange(ref PatchBatchNorm2d left, ref PatchBatchNorm2d right) => (left, right) = (right, left);

    static bool TryMake(long channels, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PatchBatchNorm2d? made)
    {
        made = channels > 0 ? pbn.PatchBatchNorm2d(channels, grid: (2, 2)) : null;
        return made is not null;
    }

    void Run(in PatchBatchNorm2d read)
    {
        ref PatchBatchNorm2d slot = ref Slot();
        slot = pbn.PatchBatchNorm2d(16, grid: (2, 2));
        ref readonly var seen = ref norm;
        var local = pbn.PatchBatchNorm2d(4, grid: (2, 2));
        Exchange(ref local, ref norm);
        if (TryMake(2, out var made)) norm = made;
        if (TryMake(2, out PatchBatchNorm2d? typed)) norm = typed;
        Run(in norm);
    }
}