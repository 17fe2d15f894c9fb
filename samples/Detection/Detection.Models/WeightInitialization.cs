using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Detection.Models;

/// <summary>The weights that training starts from.</summary>
public static class WeightInitialization
{
    /// <summary>
    /// How likely an object is at a location before training: the many empty ones would else drown the others in the
    /// first steps (Lin et al., "Focal loss", arXiv 1708.02002, section 3.3).
    /// </summary>
    private const double Prior = 0.01;

    /// <returns>How many normalization layers there are.</returns>
    public static int Initialize(Module model, Conv2d classPredictor)
    {
        var norms = 0;
        foreach (var module in model.modules())
        {
            if (module is Conv2d { bias: null } conv)
            {
                init.kaiming_normal_(conv.weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
            }
            else if (module is Conv2d predictor)
            {
                init.normal_(predictor.weight, 0, 0.01);
                init.zeros_(predictor.bias);
            }
            else if (module is BatchNorm2d { affine: true } norm)
            {
                init.ones_(norm.weight);
                init.zeros_(norm.bias);
                norms++;
            }
        }

        init.constant_(classPredictor.bias, -Math.Log((1 - Prior) / Prior));
        return norms;
    }
}
