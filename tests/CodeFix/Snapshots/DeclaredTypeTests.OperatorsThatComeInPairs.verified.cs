using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Chain
{
    private PatchBatchNorm2d last = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    public static bool operator ==(Chain chain, PatchBatchNorm2d norm) => ReferenceEquals(chain.last, norm);
    public static bool operator !=(Chain chain, PatchBatchNorm2d norm) => !ReferenceEquals(chain.last, norm);
    public static PatchBatchNorm2d operator <(Chain chain, long width) => chain.last;
    public static PatchBatchNorm2d operator >(Chain chain, long width) => null!;
    public static bool operator >=(PatchBatchNorm2d norm, Chain chain) => true;
    public static bool operator <=(PatchBatchNorm2d norm, Chain chain) => true;
    public static Chain operator +(Chain chain, PatchBatchNorm2d norm) => chain;
    public static Chain operator checked +(Chain chain, PatchBatchNorm2d norm) => chain;
    public static explicit operator Chain(PatchBatchNorm2d norm) => new Chain();
    public static explicit operator checked Chain(PatchBatchNorm2d norm) => new Chain();
    public override bool Equals(object? other) => false;
    public override int GetHashCode() => 0;
}
class Model
{
    bool Same(Chain chain) => chain == pbn.PatchBatchNorm2d(2, grid: (2, 2));
    bool AtMost(Chain chain) => pbn.PatchBatchNorm2d(3, grid: (2, 2)) <= chain;
    Chain Added(Chain chain) => checked(chain + pbn.PatchBatchNorm2d(4, grid: (2, 2)));
    Chain Converted() => (Chain)pbn.PatchBatchNorm2d(5, grid: (2, 2));
}