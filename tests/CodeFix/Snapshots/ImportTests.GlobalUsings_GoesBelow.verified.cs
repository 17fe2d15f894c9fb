global using TorchSharp;
global using static TorchSharp.torch.nn;
using PbnRewriter.Runtime;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }