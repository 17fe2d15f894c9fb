using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Chain : IEnumerable<PatchBatchNorm2d>, IEqualityComparer<PatchBatchNorm2d>, IComparable<BatchNorm2d>
{
    private readonly List<PatchBatchNorm2d> norms = [pbn.PatchBatchNorm2d(8, grid: (2, 2))];
    public IEnumerator<PatchBatchNorm2d> GetEnumerator() => norms.GetEnumerator();
    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    public bool Equals(PatchBatchNorm2d? left, PatchBatchNorm2d? right) => left == right;
    public int GetHashCode(PatchBatchNorm2d norm) => 0;
    int IComparable<BatchNorm2d>.CompareTo(BatchNorm2d? other) => 0;
    PatchBatchNorm2d First() => this.Distinct(this).First();
}