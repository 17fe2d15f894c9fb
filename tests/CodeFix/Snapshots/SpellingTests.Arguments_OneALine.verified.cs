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
    object a = pbn.PatchBatchNorm2d(
        64,
        eps: 1e-3,
        grid: (2, 2));

    object b = pbn.PatchBatchNorm2d(
        num_features: 64, // channels
        eps: 1e-3, // as in the paper
        grid: (2, 2)
    );
}