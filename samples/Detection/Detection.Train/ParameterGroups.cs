using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Detection.Train;

/// <summary>Which parameters weight decay pulls to zero: the filters, and no scale or shift.</summary>
internal static class ParameterGroups
{
    public static IReadOnlyList<AdamW.ParamGroup> Of(nn.Module model, double learningRate, double weightDecay)
    {
        var isDecayed = (
            from module in model.modules()
            from each in module.named_parameters(recurse: false)
            select (Parameter: each.parameter, Decayed: each.name == "weight" && module is not BatchNorm2d))
            .ToLookup(each => each.Decayed, each => each.Parameter);

        return
        [
            new AdamW.ParamGroup(isDecayed[true], lr: learningRate, weight_decay: weightDecay),
            new AdamW.ParamGroup(isDecayed[false], lr: learningRate, weight_decay: 0),
        ];
    }
}
