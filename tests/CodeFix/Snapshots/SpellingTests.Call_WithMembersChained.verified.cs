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
    PatchBatchNorm2d a = pbn.PatchBatchNorm2d(64, grid: (2, 2)).to(CPU);
    Tensor b = pbn.PatchBatchNorm2d(64, grid: (2, 2)).forward(zeros(1, 64, 2, 2));
}