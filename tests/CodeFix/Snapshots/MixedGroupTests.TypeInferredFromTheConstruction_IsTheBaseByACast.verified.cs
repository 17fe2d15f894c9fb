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
    object Pair() => new[] { (BatchNorm)pbn.PatchBatchNorm2d(16, grid: (2, 2)), BatchNorm2d(32) };
    void Deconstructed(nn.Module m) { var (norm, width) = ((BatchNorm)pbn.PatchBatchNorm2d(3, grid: (2, 2)), 5); if (m is TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) norm = (BatchNorm)m; }
    void Named(nn.Module m) { var pair = (norm: (BatchNorm)pbn.PatchBatchNorm2d(3, grid: (2, 2)), 5); pair.norm = (BatchNorm)m; }
    void Chained(nn.Module m) { var made = new Func<PatchBatchNorm2d>(() => pbn.PatchBatchNorm2d(3, grid: (2, 2))); var list = new[] { ((BatchNorm)pbn.PatchBatchNorm2d(4, grid: (2, 2))).Eval() }.ToList(); list.Add((BatchNorm)m); }
}
static class Extensions { public static T Eval<T>(this T module) where T : nn.Module { module.eval(); return module; } }