using static TorchSharp.torch;

namespace Detection.Models;

/// <summary>What each of the L locations of N images should say.</summary>
/// <param name="Labels">(N, L), int64: the class of its object, or <see cref="Background"/>.</param>
/// <param name="Distances">(N, L, 4): pixels to the left, top, right and bottom side; anything for background.</param>
public sealed record Targets(Tensor Labels, Tensor Distances)
{
    public const int Background = -1;
}
