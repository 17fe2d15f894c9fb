using System.Text.Json;
using System.Text.Json.Serialization;
using CrossDomain.Networks;

namespace CrossDomain;

/// <summary>What the weights of a run are at its start.</summary>
internal enum Start
{
    Scratch,

    /// <summary>Trained by this program, for each seed, on other classes of the source domains.</summary>
    Pretrained,

    /// <summary>A state_dict of the network with BatchNorm2d; its classifier fc is not used.</summary>
    Checkpoint,
}

/// <summary>Everything that the numbers of an experiment depend on.</summary>
internal sealed record Settings
{
    /// <summary>The root of a folder of images; null for the procedural source.</summary>
    public string? Data { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The domains that nothing is trained on.</summary>
    public required IReadOnlyList<string> HeldOut { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    public required IReadOnlyList<string> PretrainingClasses { get; init; }

    public required string Network { get; init; }

    public Start Start { get; init; }

    public string? Checkpoint { get; init; }

    /// <summary>Names of <see cref="Variant"/>s; the first is what the others are compared with.</summary>
    public required IReadOnlyList<string> Variants { get; init; }

    /// <summary>The learning rates that the development runs choose from, ascending.</summary>
    public required IReadOnlyList<double> LearningRates { get; init; }

    public double PretrainingLearningRate { get; init; }

    public int ImageSize { get; init; }

    public int Steps { get; init; }

    public int PretrainingSteps { get; init; }

    public int Batch { get; init; }

    /// <summary>The most images to train with, by source domain.</summary>
    public int TrainImages { get; init; }

    /// <summary>The most images to test with, by domain.</summary>
    public int TestImages { get; init; }

    /// <summary>The final runs have the seeds 1 to this.</summary>
    public int Seeds { get; init; }

    /// <summary>The development runs have the seeds 1001 to 1000 plus this.</summary>
    public int DevelopmentSeeds { get; init; }

    public required string Device { get; init; }

    private static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <exception cref="InputException">The text is not what <see cref="ToJson"/> writes.</exception>
    public static Settings Parse(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Settings>(json, Json) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new InputException($"{path} does not hold the settings of an experiment: {error.Message}");
        }
    }
}
