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
    private readonly PatchBatchNorm2d[] norms = [pbn.PatchBatchNorm2d(4, grid: (2, 2))];
    private readonly List<PatchBatchNorm2d> list = [pbn.PatchBatchNorm2d(8, grid: (2, 2))];
    static PatchBatchNorm2d First(ReadOnlySpan<PatchBatchNorm2d> norms) => norms[0];
    PatchBatchNorm2d OfList() => First(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list));
    PatchBatchNorm2d OfArray() => First(norms);
    void Fill() { Span<PatchBatchNorm2d> span = norms; span[0] = pbn.PatchBatchNorm2d(2, grid: (2, 2)); ReadOnlySpan<PatchBatchNorm2d> read = span; }
}