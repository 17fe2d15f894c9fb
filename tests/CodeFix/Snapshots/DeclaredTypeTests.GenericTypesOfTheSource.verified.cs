using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Holder<T> where T : nn.Module
{
    public T Value { get; set; } = default!;
    public static Holder<T> Of(T value) => new Holder<T> { Value = value };
}

class NormHolder : Holder<PatchBatchNorm2d>;

class Block<T>(T inner) { public T Inner => inner; }

class NormBlock : Block<PatchBatchNorm2d> { public NormBlock() : base(pbn.PatchBatchNorm2d(3, grid: (2, 2))) { } }

static class Extensions
{
    public static T Frozen<T>(this T module) where T : nn.Module { module.eval(); return module; }
}

class Model
{
    private readonly PatchBatchNorm2d inferred = pbn.PatchBatchNorm2d(8, grid: (2, 2)).Frozen();
    private readonly Holder<PatchBatchNorm2d> held = Holder<PatchBatchNorm2d>.Of(pbn.PatchBatchNorm2d(8, grid: (2, 2)));
    private readonly NormHolder derived = new() { Value = pbn.PatchBatchNorm2d(8, grid: (2, 2)) };
    public PatchBatchNorm2d Held => held.Value;
    public PatchBatchNorm2d Derived => derived.Value;
}