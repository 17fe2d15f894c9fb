using System;
using PbnRewriter.Runtime;
using Azure = System.Text;
using TorchSharp;

class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }