using PbnRewriter.Runtime;
using TorchSharp;

namespace Vision;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }