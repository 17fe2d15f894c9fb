using CrossDomain.Data;

namespace CrossDomain.Training;

/// <summary>One training and its tests.</summary>
/// <param name="Phase">Which images and classes.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Library">The path of its networks.</param>
/// <param name="LearningRate">The highest learning rate of the run.</param>
/// <param name="Seed">Of weights, images, and their order.</param>
/// <param name="FreezeAt">The step from which the accumulated statistics alone normalize; null for never.</param>
/// <param name="Load">The checkpoint to start from.</param>
/// <param name="Save">Where the trained weights go.</param>
internal sealed record Job(Phase Phase, string Variant, string Library, double LearningRate, int Seed, int? FreezeAt, string? Load, string? Save);

/// <summary>What came of a job.</summary>
/// <param name="Loss">The mean training loss of the last tenth of the steps; null where it is not finite.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Accuracies">The share of test images whose class was found, from 0 to 1, by domain.</param>
internal sealed record JobResult(double? Loss, double Seconds, IReadOnlyDictionary<string, double> Accuracies);
