using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Chain
{
    private readonly List<PatchBatchNorm2d> norms = [];
    public static Chain operator +(Chain chain, PatchBatchNorm2d norm) { chain.norms.Add(norm); return chain; }
    public static PatchBatchNorm2d operator ~(Chain chain) => chain.norms[0];
    public void operator -=(PatchBatchNorm2d norm) => norms.Remove(norm);
}
class Model
{
    private readonly PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    private readonly PatchBatchNorm2d first = ~(new Chain() + pbn.PatchBatchNorm2d(4, grid: (2, 2)));
    void Run()
    {
        var chain = new Chain() + norm;
        chain += pbn.PatchBatchNorm2d(2, grid: (2, 2));
        chain -= norm;
    }
}