using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

static class Extensions
{
    public static void Deconstruct(this BatchNorm norm, out double eps, out long width) => (eps, width) = (norm.eps, norm.num_features);
}
class Model
{
    private readonly BatchNorm norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    string Show() { var (eps, width) = norm; return eps + ":" + width; }
    bool Is(nn.Module m) => m is BatchNorm(var eps, 3) and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d);
}