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
    private BatchNorm norm = pbn.PatchBatchNorm2d(16, grid: (2, 2));
    void Reset() => norm = Vendor.Norms.Default();
    BatchNorm Norm => norm;
}