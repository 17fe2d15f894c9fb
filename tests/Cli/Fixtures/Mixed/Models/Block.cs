using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Mixed.Models;

public static class Block
{
    public static BatchNorm2d Norm(long channels) => BatchNorm2d(channels);
}
