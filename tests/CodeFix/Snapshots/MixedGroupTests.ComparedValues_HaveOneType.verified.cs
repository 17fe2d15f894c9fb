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
    private readonly PatchBatchNorm2d first = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    private readonly PatchBatchNorm2d second = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    private readonly PatchBatchNorm2d[] list = [pbn.PatchBatchNorm2d(4, grid: (2, 2))];
    private readonly PatchBatchNorm2d[] more = [];
    private readonly PatchBatchNorm2d found = pbn.PatchBatchNorm2d(2, grid: (2, 2));
    private readonly BatchNorm own = pbn.PatchBatchNorm2d(1, grid: (2, 2));
    private readonly BatchNorm stays = BatchNorm2d(1);

    bool AreSame() => first == second || list != more || (first, 1) == (second, 2) || found == null;
    bool IsFound(nn.Module module) => module is BatchNorm norm and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) && norm == found;
    bool IsOwn() => own != stays;
}