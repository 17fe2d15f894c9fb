using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Model : Vendor.Block
{
    public Model() => Norm = BatchNorm2d(16);
    public override BatchNorm2d Make(long channels) => BatchNorm2d(channels);
    public object Own => pbn.PatchBatchNorm2d(2, grid: (2, 2));
}