using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Zoo.Inspection;

/// <summary>Statements and expressions that switch on the type.</summary>
internal static class SwitchTests
{
    public static string Statement(nn.Module module)
    {
        switch (module)
        {
            case BatchNorm2d bn when bn.eps > 5e-5:
                return $"loose {bn.num_features}";
            case BatchNorm2d bn:
                return $"tight {bn.num_features}";
            case BatchNorm1d:
            case BatchNorm3d:
                return "other dimension";
            case Conv2d { in_channels: 4 } conv:
                return $"convolution of {conv.in_channels}";
            case null:
                return "nothing";
            default:
                return "other";
        }
    }

    public static string StatementWithoutName(nn.Module module)
    {
        switch (module)
        {
            case Sequential:
                return "sequence";
            case BatchNorm2d:
                return "norm";
            case BatchNorm2d or InstanceNorm2d when module.training:
            case InstanceNorm2d:
                return "instance norm";
        }

        return "other";
    }

    public static string Expression(nn.Module module) => module switch
    {
        BatchNorm2d { momentum: null } => "cumulative",
        BatchNorm2d { momentum: < 0.05 } slow => $"slow {slow.num_features}",
        BatchNorm2d bn when bn.training => "training",
        BatchNorm2d => "norm",
        Linear or Conv2d => "weights",
        _ => "other",
    };

    public static long Channels(nn.Module module) => module switch
    {
        BatchNorm2d bn => bn.num_features,
        Conv2d conv => conv.out_channels,
        _ => 0,
    };
}
