using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

interface INotifies { event Action<PatchBatchNorm2d> Changed; }
partial class Model { public partial PatchBatchNorm2d Made(PatchBatchNorm2d? old); }
partial class Model : INotifies
{
    private Action<PatchBatchNorm2d>? changed;
    event Action<PatchBatchNorm2d> INotifies.Changed { add => changed += value; remove => changed -= value; }
    public partial PatchBatchNorm2d Made(PatchBatchNorm2d? old) => old ?? pbn.PatchBatchNorm2d(8, grid: (2, 2));
    void Run() => changed?.Invoke(Made(null));
}