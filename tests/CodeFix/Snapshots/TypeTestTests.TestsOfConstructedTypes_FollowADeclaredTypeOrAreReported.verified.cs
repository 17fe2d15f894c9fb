using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

interface IHas<T> { }
class Model
{
    IEnumerable<PatchBatchNorm2d> all = new List<PatchBatchNorm2d> { pbn.PatchBatchNorm2d(8, grid: (2, 2)) };
    int Known() => all is List<PatchBatchNorm2d> list ? list.Count : ((PatchBatchNorm2d[])all).Length;
    int Tested(object o) => o is List<BatchNorm2d> list ? list.Count : 0;
    int Cast(object o) => ((IReadOnlyList<BatchNorm2d>)o).Count;
    int Switched(object o) => o switch { BatchNorm2d[] array => array.Length, Lazy<BatchNorm2d> { IsValueCreated: true } => 1, _ => 0 };
    int Sequence(object[] o) => o.OfType<IHas<BatchNorm2d>>().Count();
    void Late(dynamic d) { BatchNorm2d norm = d; }
}