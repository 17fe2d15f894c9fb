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
    private readonly System.Linq.Expressions.Expression<Func<PatchBatchNorm2d>> made = () => Make(3);
    private readonly System.Linq.Expressions.Expression<Func<PatchBatchNorm2d, double>> read = norm => norm.eps;
    static PatchBatchNorm2d Make(long channels) => pbn.PatchBatchNorm2d(channels, grid: (2, 2));
    static object Cast() => (System.Linq.Expressions.Expression<Func<long, PatchBatchNorm2d>>)(channels => Make(channels));
    PatchBatchNorm2d Called() => made.Compile()();
    double Read() => read.Compile()(Called());
    static IEnumerable<PatchBatchNorm2d> Queried() => new[] { Make(2) }.AsQueryable().Where(norm => norm.affine).Select(norm => norm);
}