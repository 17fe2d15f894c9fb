using System;
using System.Collections.Generic;
using System.Linq;
using PbnRewriter.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

class Wrap { public Wrap(BatchNorm2d norm) { } public Wrap(object other) { } }
static class Model
{
    static readonly object own = pbn.PatchBatchNorm2d(8, grid: (2, 2));
    static string Visit(BatchNorm2d norm) => "2d";
    static string Visit(nn.Module module) => "module";
    static string Kind(this BatchNorm2d norm) => "2d";
    static string Kind(this nn.Module<Tensor, Tensor> module) => "module";
    static string Alone(BatchNorm norm) => "2d";
    static string Run(nn.Module m) => m is BatchNorm2d norm ? Visit(norm) : Visit(m);
    static string Kinds(nn.Module m) => m is BatchNorm2d norm ? norm.Kind() : "";
    static object Wrapped(nn.Module m) => m is BatchNorm2d norm ? new Wrap(norm) : m;
    static string Follows(nn.Module m) => m is BatchNorm norm and (TorchSharp.Modules.BatchNorm2d or PatchBatchNorm2d) ? Alone(norm) : "";
    static string Others() => Visit(BatchNorm1d(3)) + BatchNorm1d(3).Kind() + new Wrap(BatchNorm1d(3)) + Alone(null!);
}