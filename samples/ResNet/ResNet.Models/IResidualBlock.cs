using TorchSharp.Modules;

namespace ResNet.Models;

/// <summary>A block that adds its input to what it computes.</summary>
public interface IResidualBlock
{
    /// <summary>The normalization right before the addition; its weight of zero makes the block an identity.</summary>
    BatchNorm2d LastNorm { get; }
}
