using PbnRewriter.Runtime;

namespace First
{
    using TorchSharp;

    class Model { object norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)); }
}

namespace Second
{
    using TorchSharp;

    class Model { object norm = pbn.PatchBatchNorm2d(8, grid: (2, 2)); }
}