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
    private readonly nn.Module<Tensor, Tensor> wide = pbn.PatchBatchNorm2d(64, grid: (2, 2));
    private readonly BatchNorm norm = pbn.PatchBatchNorm2d(64, grid: (2, 2));
    private readonly Sequential layers = Sequential(("conv", Conv2d(3, 8, 3)), ("bn", pbn.PatchBatchNorm2d(8, grid: (2, 2))));
    public nn.Module<Tensor, Tensor> Make(bool normalize) => normalize ? pbn.PatchBatchNorm2d(8, grid: (2, 2)) : Identity();
    public string Name => nameof(BatchNorm2d);

    /// <summary>Holds a <see cref="TorchSharp.Modules.BatchNorm2d"/>.</summary>
    public void Run() { }
}