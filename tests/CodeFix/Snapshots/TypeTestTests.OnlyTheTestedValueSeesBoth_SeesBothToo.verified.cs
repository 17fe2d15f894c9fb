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
    BatchNorm Of(nn.Module m) => (m switch { BatchNorm2d or PbnRewriter.Runtime.PatchBatchNorm2d => (nn.Module)m, _ => null }) is BatchNorm norm and (BatchNorm2d or PatchBatchNorm2d) ? norm : null;
    bool IsOther(nn.Module m) => (m is PbnRewriter.Runtime.PatchBatchNorm2d ? this.norm : m) is not (BatchNorm2d or PatchBatchNorm2d);
    int Kind(nn.Module m, nn.Module other)
    {
        switch (m)
        {
            case BatchNorm2d or PatchBatchNorm2d when other is not PbnRewriter.Runtime.PatchBatchNorm2d: return 1;
            default: return 0;
        }
    }
}