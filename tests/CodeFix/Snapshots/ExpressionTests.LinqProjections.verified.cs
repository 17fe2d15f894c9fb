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
    private static readonly long[] Widths = [8, 16];

    private readonly PatchBatchNorm2d[] methods = Widths.Select(width => pbn.PatchBatchNorm2d(width, grid: (2, 2))).ToArray();
    private readonly List<PatchBatchNorm2d> queried = (from width in Widths where width > 8 select pbn.PatchBatchNorm2d(width, grid: (2, 2))).ToList();
    private readonly IEnumerable<(string Name, PatchBatchNorm2d Norm)> pairs = Widths.Select((width, index) => ($"bn{index}", pbn.PatchBatchNorm2d(width, grid: (2, 2))));

    public Model()
    {
        Dictionary<long, PatchBatchNorm2d> byWidth = Widths.ToDictionary(width => width, width => pbn.PatchBatchNorm2d(width, grid: (2, 2)));
        IEnumerable<PatchBatchNorm2d> let = from width in Widths let norm = pbn.PatchBatchNorm2d(width, grid: (2, 2)) orderby width select norm;
        PatchBatchNorm2d? widest = methods.OrderBy(norm => norm.num_features).LastOrDefault();
        foreach (PatchBatchNorm2d norm in methods.Concat(queried).Where(norm => norm.affine)) norm.eval();
        var first = pairs.First().Norm;
        PatchBatchNorm2d typed = first;
    }
}