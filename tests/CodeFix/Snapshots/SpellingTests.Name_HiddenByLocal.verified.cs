using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Model
{
    object Make(int pbn) => PbnRewriter.Runtime.pbn.PatchBatchNorm2d(pbn, grid: (2, 2));
}