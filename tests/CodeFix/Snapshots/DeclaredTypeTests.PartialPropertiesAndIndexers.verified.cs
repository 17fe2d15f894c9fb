using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

partial class Model
{
    public partial PatchBatchNorm2d Made { get; }
    public partial PatchBatchNorm2d Held { get; set; }
    public partial int this[PatchBatchNorm2d norm] { get; }
    public partial PatchBatchNorm2d this[int index] { get; }
}
partial class Model
{
    private PatchBatchNorm2d held = pbn.PatchBatchNorm2d(4, grid: (2, 2));
    public partial PatchBatchNorm2d Made => pbn.PatchBatchNorm2d(8, grid: (2, 2));
    public partial PatchBatchNorm2d Held { get => held; set => held = value; }
    public partial int this[PatchBatchNorm2d norm] => norm == held ? 0 : 1;
    public partial PatchBatchNorm2d this[int index] => index == 0 ? Held : Made;
    int Run() => this[Made] + this[pbn.PatchBatchNorm2d(2, grid: (2, 2))] + (int)this[1].num_features;
}