using PbnRewriter.Runtime;
using TorchSharp;

// a top-level program
var first = pbn
    .PatchBatchNorm2d(64, grid: (2, 2));
var second = pbn /* the library */  // its modules
    .PatchBatchNorm2d(64, grid: (2, 2));