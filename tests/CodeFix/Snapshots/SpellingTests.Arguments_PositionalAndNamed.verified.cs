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
    object a = pbn.PatchBatchNorm2d(64, 1e-3, grid: (2, 2));
    object b = pbn.PatchBatchNorm2d(num_features: 64, eps: 1e-3, grid: (2, 2));
    object c = pbn.PatchBatchNorm2d(momentum: 0.01, num_features: 64, grid: (2, 2));
    object d = pbn.PatchBatchNorm2d(64, 1e-5, 0.1, true, true, CPU, ScalarType.Float64, grid: (2, 2));
}