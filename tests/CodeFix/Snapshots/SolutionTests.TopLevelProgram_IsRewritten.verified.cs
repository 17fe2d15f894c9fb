// ==== Models/Program.cs ====
// a top-level program
using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

PatchBatchNorm2d norm = pbn.PatchBatchNorm2d(8, grid: (2, 2));
norm = Make(4);
foreach (var module in new nn.Module[] { norm })
    if (module is BatchNorm bn and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d)) Console.WriteLine(bn.eps);
nn.Module first = norm;
var found = first is BatchNorm norm2 and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) ? norm2 : null;
var again = first is BatchNorm norm3 and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) ? norm3 : null;

PatchBatchNorm2d Make(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));