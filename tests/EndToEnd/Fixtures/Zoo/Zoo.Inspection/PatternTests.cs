using TorchSharp;
using TorchSharp.Modules;

namespace Zoo.Inspection;

/// <summary>Patterns composed of <c>not</c>, <c>and</c> and <c>or</c>, where only the type has the name.</summary>
internal static class PatternTests
{
    public static bool Not(torch.nn.Module module) => module is not BatchNorm2d;

    public static bool Or(torch.nn.Module module) => module is BatchNorm1d or BatchNorm2d or BatchNorm3d;

    public static bool NotEither(torch.nn.Module module) => module is not (BatchNorm2d or InstanceNorm2d);

    public static bool And(torch.nn.Module? module) => module is not null and BatchNorm2d;

    public static bool AndProperty(torch.nn.Module module) => module is BatchNorm2d and { training: false };

    public static bool AndNot(torch.nn.Module module) => module is BatchNorm and not BatchNorm2d;

    public static bool Discard(torch.nn.Module module) => module is BatchNorm2d _;

    public static int InATuple(torch.nn.Module first, torch.nn.Module second) => (first, second) switch
    {
        (BatchNorm2d, BatchNorm2d) => 2,
        (BatchNorm2d a, _) when a.eps > 0 => 1,
        (_, BatchNorm2d b) => (int)b.num_features,
        _ => 0,
    };

    public static bool InAList(torch.nn.Module[] modules) => modules is [Conv2d, BatchNorm2d, ..];

    public static bool Nested(torch.nn.Module module) =>
        module is (BatchNorm2d { eps: < 1 } or InstanceNorm2d) and not { training: true };
}
