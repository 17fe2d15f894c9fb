// Header.

using PbnRewriter.Runtime;
using static TorchSharp.torch.nn;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }