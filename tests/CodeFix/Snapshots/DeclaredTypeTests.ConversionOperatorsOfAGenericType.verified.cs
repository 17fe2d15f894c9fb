using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

readonly struct Maybe<T>(T? value)
    where T : class
{
    public T? Value => value;
    public static implicit operator Maybe<T>(T? value) => new(value);
    public static explicit operator T?(Maybe<T> maybe) => maybe.Value;
}
class Model
{
    private Maybe<PatchBatchNorm2d> held = pbn.PatchBatchNorm2d(4, grid: (2, 2));
    public PatchBatchNorm2d? Held => (PatchBatchNorm2d?)held;
}