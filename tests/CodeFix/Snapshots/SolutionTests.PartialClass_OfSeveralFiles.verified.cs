// ==== Models/GlobalUsings.cs ====
global using TorchSharp.Modules;
global using static TorchSharp.torch.nn;
// ==== Models/Model.cs ====
using PbnRewriter.Runtime;

public partial class Model
{
    private readonly PatchBatchNorm2d bn1;
    public PatchBatchNorm2d Last => bn1;
}
// ==== Models/Model.Build.cs ====
using PbnRewriter.Runtime;

namespace Unrelated { }

partial class Model
{
    public Model() => bn1 = pbn.PatchBatchNorm2d(8, grid: (2, 2));
}
