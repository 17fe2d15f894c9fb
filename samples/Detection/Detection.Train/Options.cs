using System.Globalization;

namespace Detection.Train;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        Usage: Detection.Train [options]
          --model NAME  tiny or small, the size of the network (tiny)
          --steps N     training steps on generated images (800)
          --batch N     images a step (8)
          --images N    images to validate on (128)
          --seed N      seed of weights and images (1)
          --load PATH   start from a checkpoint
          --save PATH   write a checkpoint at the end
          --evaluate    print a hash of the output for a fixed input, bit for bit
          --keys        print the keys of the state_dict in order
        """;

    public string Model { get; init; } = "tiny";

    public int Steps { get; init; } = 800;

    public int Batch { get; init; } = 8;

    public int Images { get; init; } = 128;

    public int Seed { get; init; } = 1;

    public string? Load { get; init; }

    public string? Save { get; init; }

    public bool Evaluate { get; init; }

    public bool Keys { get; init; }

    /// <exception cref="FormatException">An option is unknown or its value cannot be used.</exception>
    public static Options Parse(ReadOnlySpan<string> arguments) => arguments switch
    {
        [] => new Options(),
        [.. var others, "--evaluate"] => Parse(others) with { Evaluate = true },
        [.. var others, "--keys"] => Parse(others) with { Keys = true },
        [.. var others, "--model", "tiny" or "small"] => Parse(others) with { Model = arguments[^1] },
        [.. var others, "--steps", var value] => Parse(others) with { Steps = Number("--steps", value, 0) },
        [.. var others, "--batch", var value] => Parse(others) with { Batch = Number("--batch", value, 1) },
        [.. var others, "--images", var value] => Parse(others) with { Images = Number("--images", value, 1) },
        [.. var others, "--seed", var value] => Parse(others) with { Seed = Number("--seed", value, 0) },
        [.. var others, "--load", var path] => Parse(others) with { Load = ExistingFile("--load", path) },
        [.. var others, "--save", var path] => Parse(others) with { Save = FileInFolder("--save", path) },
        [.., "--model", var name] => throw new FormatException($"There is no model {name}."),
        [.., var last] => throw new FormatException($"{last} is no option, or its value is missing."),
    };

    private static int Number(string option, string text, int least) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"{option} needs a whole number of at least {least}.");

    private static string ExistingFile(string option, string path) =>
        File.Exists(path) ? path : throw new FormatException($"{option}: there is no file {path}.");

    private static string FileInFolder(string option, string path) =>
        Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))
            ? path
            : throw new FormatException($"{option}: there is no folder for {path}.");
}
