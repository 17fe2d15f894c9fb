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
    static nn.Module<Tensor, Tensor> Norm(bool normalize, bool wide) =>
        normalize ? wide ? pbn.PatchBatchNorm2d(64, grid: (2, 2)) : pbn.PatchBatchNorm2d(8, grid: (2, 2)) : Identity();

    static nn.Module<Tensor, Tensor> Switched(string kind) => kind switch
    {
        "batch" => pbn.PatchBatchNorm2d(8, grid: (2, 2)),
        "group" => GroupNorm(2, 8),
        _ => Identity(),
    };

    static void Run(BatchNorm2d? given)
    {
        nn.Module<Tensor, Tensor> module = given is null ? Identity() : pbn.PatchBatchNorm2d(8, grid: (2, 2));
        var list = new List<nn.Module<Tensor, Tensor>> { Conv2d(3, 8, 3), pbn.PatchBatchNorm2d(8, grid: (2, 2)), ReLU() };
    }
}