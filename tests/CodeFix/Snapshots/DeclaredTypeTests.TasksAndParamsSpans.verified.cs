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
    async System.Threading.Tasks.Task<PatchBatchNorm2d> Make() { await System.Threading.Tasks.Task.Yield(); return pbn.PatchBatchNorm2d(8, grid: (2, 2)); }
    async System.Threading.Tasks.Task All() { PatchBatchNorm2d[] all = await System.Threading.Tasks.Task.WhenAll(Make(), Make()); }
    void Take(params ReadOnlySpan<PatchBatchNorm2d> norms) { }
    void Give() => Take(pbn.PatchBatchNorm2d(1, grid: (2, 2)), pbn.PatchBatchNorm2d(2, grid: (2, 2)));
    IEnumerable<PatchBatchNorm2d> Each() { yield return pbn.PatchBatchNorm2d(3, grid: (2, 2)); }
}