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
    object norm = pbn.PatchBatchNorm2d(3,
#if DEBUG
        eps: 1e-3
#else
        eps: 1e-4
#endif
        , grid: (2, 2));
}