namespace PbnRewriter.EndToEnd.Tests;

/// <summary>A program of samples: all of them take the same options and print lines of the same form.</summary>
/// <param name="Name">Its folder, its solution, and what the names of its projects begin with.</param>
/// <param name="Arguments">The network, and what makes a few steps of training short.</param>
/// <param name="Metric">What it validates its training by, as it prints it.</param>
/// <param name="Lines">What it prints of the layers that its type tests see.</param>
public sealed record Sample(string Name, string Arguments, string Metric, params string[] Lines)
{
    public static IReadOnlyList<Sample> All { get; } =
    [
        new("ResNet", "--model resnet18", "accuracy", "model resnet18, normalization layers initialized: 20"),
        new("ResNet", "--model resnet50 --batch 2 --freeze", "accuracy", "model resnet50, normalization layers initialized: 53", "normalization layers frozen: 53") { IsFrozen = true },
        new("Detection", "--batch 2 --images 2", "mAP@0.5", "model tiny, normalization layers initialized: 28"),
        new("Segmentation", "--batch 2", "mIoU", "model DeepLab, normalization layers without weight decay: 24"),
        new("Retrieval", "--identities 4 --instances 2", "mAP", "model ReidentificationNetwork, normalization layers initialized: 14"),
    ];

    /// <summary>Its normalization layers do in training what they do in evaluation.</summary>
    public bool IsFrozen { get; init; }

    public string Program => Path.Combine(Name, $"{Name}.Train", "bin", "Debug", "net10.0", $"{Name}.Train.dll");

    public override string ToString() => $"{Name} {Arguments}";
}
