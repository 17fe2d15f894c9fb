using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Retrieval.Models;

/// <summary>The weights that a training starts from.</summary>
public static class WeightInitialization
{
    /// <returns>The number of batch normalizations of maps that it came upon.</returns>
    public static int Apply(ReidentificationNetwork network)
    {
        int norms = 0;
        foreach (nn.Module module in network.modules())
        {
            switch (module)
            {
                case Conv2d convolution:
                    nn.init.kaiming_normal_(convolution.weight, nonlinearity: nn.init.NonlinearityType.ReLU);
                    break;
                case BatchNorm2d bn:
                    nn.init.ones_(bn.weight);
                    nn.init.zeros_(bn.bias);
                    norms++;
                    break;
                case Linear classifier:
                    nn.init.normal_(classifier.weight, std: 0.001);
                    break;
            }
        }

        // Each block starts as its shortcut, which steadies the first steps (Goyal et al., arXiv 1706.02677).
        foreach (BatchNorm2d norm in network.LastNorms)
        {
            nn.init.zeros_(norm.weight);
        }

        return norms;
    }
}
