using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

delegate PatchBatchNorm2d NormFactory(long channels);

class Block
{
    private readonly PatchBatchNorm2d bn1;
    private readonly PatchBatchNorm2d bn2;

    public Block(Func<long, PatchBatchNorm2d> norm_layer, NormFactory other)
    {
        bn1 = norm_layer(64);
        bn2 = other(64);
    }

    static Block Make() => new Block(c => pbn.PatchBatchNorm2d(c, eps: 1e-3, grid: (2, 2)), Norm);

    static PatchBatchNorm2d Norm(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));

    static Func<long, nn.Module<Tensor, Tensor>> Wide => c => pbn.PatchBatchNorm2d(c, grid: (2, 2));
}