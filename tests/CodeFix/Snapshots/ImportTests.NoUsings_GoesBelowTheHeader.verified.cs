// Copyright of somebody.
// All rights reserved.

#nullable disable
using PbnRewriter.Runtime;

/// <summary>A model.</summary>
class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }