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
    private readonly List<PatchBatchNorm2d> list = new List<PatchBatchNorm2d> { pbn.PatchBatchNorm2d(1, grid: (2, 2)) };
    private readonly Dictionary<string, PatchBatchNorm2d[]> named = new();
    private readonly ModuleList<PatchBatchNorm2d> modules = new ModuleList<PatchBatchNorm2d>(pbn.PatchBatchNorm2d(2, grid: (2, 2)), pbn.PatchBatchNorm2d(3, grid: (2, 2)));
    private readonly IReadOnlyList<PatchBatchNorm2d> expressed = [pbn.PatchBatchNorm2d(4, grid: (2, 2)), pbn.PatchBatchNorm2d(5, grid: (2, 2))];

    public Model()
    {
        list.Add(pbn.PatchBatchNorm2d(6, grid: (2, 2)));
        named["a"] = new PatchBatchNorm2d[] { pbn.PatchBatchNorm2d(7, grid: (2, 2)) };
        PatchBatchNorm2d last = list[^1];
        foreach (PatchBatchNorm2d each in modules) each.eval();
        foreach (var (name, norms) in named) { PatchBatchNorm2d[] copy = norms; }
        IEnumerable<PatchBatchNorm2d> projected = Enumerable.Range(1, 3).Select(i => pbn.PatchBatchNorm2d(i, grid: (2, 2))).ToList();
        PatchBatchNorm2d? first = projected.FirstOrDefault();
    }
}