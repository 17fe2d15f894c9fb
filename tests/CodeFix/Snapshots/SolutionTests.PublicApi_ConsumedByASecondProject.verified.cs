// ==== Models/Block.cs ====
using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Blocks
{
    public interface IHasNorms { IReadOnlyList<PatchBatchNorm2d> Norms { get; } }

    public abstract class Block : IHasNorms
    {
        public PatchBatchNorm2d First { get; } = pbn.PatchBatchNorm2d(8, grid: (2, 2));
        public abstract IReadOnlyList<PatchBatchNorm2d> Norms { get; }
        protected virtual PatchBatchNorm2d Make(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
    }
}// ==== App/App.cs ====
using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace App;

using Blocks;

public sealed class Deep : Block
{
    public override IReadOnlyList<PatchBatchNorm2d> Norms => [First, Make(4)];
    protected override PatchBatchNorm2d Make(long channels) => pbn.PatchBatchNorm2d(channels, eps: 1e-3, grid: (2, 2));

    public static long Count(IHasNorms block)
    {
        long count = 0;
        foreach (PatchBatchNorm2d norm in block.Norms) count += norm.num_features;
        return count;
    }
}