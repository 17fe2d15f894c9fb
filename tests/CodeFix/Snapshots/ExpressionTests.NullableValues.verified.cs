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
    private PatchBatchNorm2d? norm;
    private readonly List<PatchBatchNorm2d?> slots = new() { null, pbn.PatchBatchNorm2d(8, grid: (2, 2)) };
    private readonly Dictionary<string, PatchBatchNorm2d> named = new() { ["a"] = pbn.PatchBatchNorm2d(8, grid: (2, 2)) };

    public Model? Next { get; set; }

    void Run(Tensor x)
    {
        norm ??= pbn.PatchBatchNorm2d(8, grid: (2, 2));
        PatchBatchNorm2d sure = norm!;
        Tensor? y = norm?.call(x);
        PatchBatchNorm2d? far = Next?.norm ?? slots[0];
        PatchBatchNorm2d either = far ?? sure;
        BatchNorm2d? none = default(BatchNorm2d);
        none = null;
        named.TryGetValue("a", out PatchBatchNorm2d? found);
        PatchBatchNorm2d chosen = found is null ? sure : found;
    }
}