using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

interface IHasNorm
{
    PatchBatchNorm2d Norm { get; }
    void Set(PatchBatchNorm2d norm);
}

abstract class Base
{
    public abstract PatchBatchNorm2d Make();
}

class Model : Base, IHasNorm
{
    private PatchBatchNorm2d norm = null!;
    public override PatchBatchNorm2d Make() => pbn.PatchBatchNorm2d(8, grid: (2, 2));
    PatchBatchNorm2d IHasNorm.Norm => norm;
    public void Set(PatchBatchNorm2d norm) => this.norm = norm;
    public void Run() => Set(Make());
}