using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

static class NormExtensions
{
    extension(PatchBatchNorm2d norm)
    {
        public long Channels => norm.num_features;
        public PatchBatchNorm2d Doubled() => pbn.PatchBatchNorm2d(norm.num_features * 2, grid: (2, 2));
        public PatchBatchNorm2d Or(PatchBatchNorm2d? other) => other ?? norm;
    }

    extension(BatchNorm2d)
    {
        public static PatchBatchNorm2d Make() => pbn.PatchBatchNorm2d(4, grid: (2, 2));
    }

    extension<T>(IEnumerable<T> norms)
    {
        public T Last => norms.Last();
    }

    extension(List<PatchBatchNorm2d> norms)
    {
        public PatchBatchNorm2d Best() => norms[0];
    }
}
class Model
{
    private readonly PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    private readonly List<PatchBatchNorm2d> norms = [pbn.PatchBatchNorm2d(1, grid: (2, 2))];
    public PatchBatchNorm2d Doubled => norm.Doubled().Or(null);
    public long Channels => pbn.PatchBatchNorm2d(16, grid: (2, 2)).Channels;
    public PatchBatchNorm2d Last => new List<PatchBatchNorm2d> { pbn.PatchBatchNorm2d(2, grid: (2, 2)) }.Last;
    public PatchBatchNorm2d Best => norms.Best();
    public PatchBatchNorm2d? Optional(PatchBatchNorm2d? other) => other?.Doubled();
}