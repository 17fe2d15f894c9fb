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
    private readonly PatchBatchNorm2d? norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    bool Has => norm is PatchBatchNorm2d;
    bool HasNamed => norm is PatchBatchNorm2d same && same.affine;
    bool HasAny => norm is { affine: true };
}