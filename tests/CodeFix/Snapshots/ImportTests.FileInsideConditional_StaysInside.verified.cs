#if !NET35
using System;
using PbnRewriter.Runtime;
#if DEBUG
using System.Text;
#endif
using TorchSharp;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }
#endif