using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Holder
{
    private readonly PatchBatchNorm2d norm;
    public Holder(PatchBatchNorm2d norm) => this.norm = norm;
    public static implicit operator Holder(PatchBatchNorm2d norm) => new Holder(norm);
    public static explicit operator PatchBatchNorm2d(Holder holder) => holder.norm;
    static Holder Made() => pbn.PatchBatchNorm2d(8, grid: (2, 2));
    static PatchBatchNorm2d Back() => (PatchBatchNorm2d)Made();
}

class Box<T>
{
    public T Value = default!;
    public static implicit operator Box<T>(T value) => new Box<T> { Value = value };
    public static explicit operator T(Box<T> box) => box.Value;
}

class Boxes
{
    static Box<PatchBatchNorm2d> Boxed() => pbn.PatchBatchNorm2d(8, grid: (2, 2));
    static PatchBatchNorm2d Unboxed() => (PatchBatchNorm2d)Boxed();
}