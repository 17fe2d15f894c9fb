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
    int Kind(nn.Module m)
    {
        if (m is BatchNorm2d plain)
        {
            return plain.affine ? 1 : 2;
        }
        else if (m is Conv2d)
        {
            return 3;
        }
        else if (m is PbnRewriter.Runtime.PatchBatchNorm2d patch)
        {
            return patch.grid.Rows;
        }

        return m is BatchNorm2d ? 4 : !(m is PbnRewriter.Runtime.PatchBatchNorm2d) ? 5 : 6;
    }

    bool IsAffine(nn.Module m) => m is BatchNorm2d { affine: true } || m is PbnRewriter.Runtime.PatchBatchNorm2d { affine: true };
    bool IsEither(nn.Module m) => typeof(BatchNorm2d) == m.GetType() || m.GetType() == typeof(PbnRewriter.Runtime.PatchBatchNorm2d);
    bool IsNeither(nn.Module m) => m is not BatchNorm2d and not PbnRewriter.Runtime.PatchBatchNorm2d;
    bool IsOther(nn.Module m, nn.Module other) => m is BatchNorm bn and (BatchNorm2d or PatchBatchNorm2d) && other is PbnRewriter.Runtime.PatchBatchNorm2d;
}