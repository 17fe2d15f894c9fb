using PbnRewriter.Runtime;
using BN = TorchSharp.Modules.BatchNorm2d;
using Norms = System.Collections.Generic.List<PbnRewriter.Runtime.PatchBatchNorm2d>;
using TorchSharp;

class Model
{
    private readonly PatchBatchNorm2d bn = pbn.PatchBatchNorm2d(64, grid: (2, 2));
    private readonly Norms norms = new Norms { pbn.PatchBatchNorm2d(64, grid: (2, 2)) };
}