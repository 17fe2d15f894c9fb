// Copyright of somebody.
// Licensed under MIT.
using PbnRewriter.Runtime;

namespace Vision
{
    class Model { object norm = pbn.PatchBatchNorm2d(64, grid: (2, 2)); }
}