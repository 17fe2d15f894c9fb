using static TorchSharp.torch;

namespace Detection.Models;

/// <summary>What the network says of the L locations of N images; all levels of the pyramid, finest first.</summary>
/// <param name="Logits">(N, L, classes), before the sigmoid.</param>
/// <param name="Distances">(N, L, 4): pixels to the left, top, right and bottom side of the location's box.</param>
/// <param name="Centerness">(N, L), before the sigmoid: how near to the middle of its box the location is.</param>
public sealed record Predictions(Tensor Logits, Tensor Distances, Tensor Centerness);
