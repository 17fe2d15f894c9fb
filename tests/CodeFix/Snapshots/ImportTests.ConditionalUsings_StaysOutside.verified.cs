#if DEBUG
using System;
#endif
using PbnRewriter.Runtime;
using TorchSharp;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }