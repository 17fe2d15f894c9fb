using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

class Model
{
    private readonly object norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    bool Sees(nn.Module m) => m is BatchNorm2d or PbnRewriter.Runtime.PatchBatchNorm2d;
    int Kind(nn.Module m)
    {
        switch (m)
        {
            case BatchNorm2d: return 1;
            case PbnRewriter.Runtime.PatchBatchNorm2d: return 1;
            default: return 0;
        }
    }
}