using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Block
{
    public PatchBatchNorm2d Last { get; } = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    public Block? Inner { get; }
}

class Model
{
    static Tensor? Zero(object m) => m switch
    {
        Block { Inner.Last.weight: { } weight } => init.zeros_(weight),
        Block { Last.weight: { } weight } => init.zeros_(weight),
        Block { Last.eps: > 1e-4, Inner.Last: PatchBatchNorm2d { affine: false } } => null,
        _ => null,
    };
}