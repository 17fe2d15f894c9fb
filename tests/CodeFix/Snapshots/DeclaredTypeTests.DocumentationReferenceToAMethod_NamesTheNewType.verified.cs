using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>See <see cref="Fuse(Conv2d, PatchBatchNorm2d)"/> and <see cref="Fuse"/>.</summary>
class Model
{
    private readonly PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    void Run(Conv2d conv) => Fuse(conv, norm);
    static void Fuse(Conv2d conv, PatchBatchNorm2d norm) { }
}