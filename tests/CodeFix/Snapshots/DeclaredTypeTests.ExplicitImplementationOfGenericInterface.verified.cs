using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

interface IFactory<out T> { T Create(long channels); }

class Factory : IFactory<PatchBatchNorm2d>
{
    PatchBatchNorm2d IFactory<PatchBatchNorm2d>.Create(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
}