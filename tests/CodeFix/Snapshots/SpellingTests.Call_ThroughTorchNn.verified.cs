using PbnRewriter.Runtime;
using TorchSharp;

var norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); // a top-level program