using TorchSharp;
using TorchSharp.Modules;

namespace Zoo.Inspection;

/// <summary>
/// Names of the type that test nothing: <see cref="BatchNorm2d"/>, <seealso cref="T:TorchSharp.Modules.BatchNorm2d"/>
/// and <see cref="torch.nn.BatchNorm2d(long, double, double, bool, bool, torch.Device, torch.ScalarType?)"/>.
/// </summary>
internal static class TypeNames
{
    // Left, with a note: what is done with the type is not known.
    private static readonly Dictionary<Type, string> Labels = new()
    {
        [typeof(BatchNorm2d)] = "batch normalization",
        [typeof(Conv2d)] = "convolution",
    };

    public static string Label(Type type) => Labels.GetValueOrDefault(type, "other");

    public static string LabelOfPlain() => Label(typeof(BatchNorm2d));

    public static string Name => nameof(BatchNorm2d);

    public static string Full => $"{nameof(TorchSharp)}.{nameof(torch.nn.BatchNorm2d)}";
}
