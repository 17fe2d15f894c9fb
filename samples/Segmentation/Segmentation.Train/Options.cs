using System.Globalization;

namespace Segmentation.Train;

/// <summary>What the command line asks for.</summary>
sealed record Options(
    int Steps = 300,
    int Batch = 16,
    int Seed = 1,
    string? Load = null,
    string? Save = null,
    bool Evaluate = false,
    bool Keys = false)
{
    public const string Usage = """
        Usage: Segmentation.Train [options]
          --steps N    training steps on generated images (300)
          --batch N    images a step, at least 2 (16)
          --seed N     seed of weights and images (1)
          --load PATH  start from a checkpoint
          --save PATH  write a checkpoint at the end
          --evaluate   print a hash of the output for a fixed input, bit for bit
          --keys       print the keys of the state_dict in order
        """;

    /// <exception cref="FormatException">An option is unknown or its value cannot be used.</exception>
    public static Options Parse(ReadOnlySpan<string> args) => Parse(args, new());

    static Options Parse(ReadOnlySpan<string> args, Options options) => args switch
    {
        [] => options,
        ["--evaluate", .. var rest] => Parse(rest, options with { Evaluate = true }),
        ["--keys", .. var rest] => Parse(rest, options with { Keys = true }),
        ["--steps", var steps, .. var rest] => Parse(rest, options with { Steps = Number("--steps", steps, 0) }),
        ["--batch", var batch, .. var rest] => Parse(rest, options with { Batch = Number("--batch", batch, 2) }),
        ["--seed", var seed, .. var rest] => Parse(rest, options with { Seed = Number("--seed", seed, 0) }),
        ["--load", var path, .. var rest] when File.Exists(path) => Parse(rest, options with { Load = path }),
        ["--load", var path, ..] => throw new FormatException($"--load: there is no file {path}."),
        ["--save", var path, .. var rest] when Directory.Exists(FolderOf(path)) => Parse(rest, options with { Save = path }),
        ["--save", var path, ..] => throw new FormatException($"--save: there is no folder for {path}."),
        ["--steps" or "--batch" or "--seed" or "--load" or "--save"] => throw new FormatException($"{args[0]} needs a value."),
        [var option, ..] => throw new FormatException($"Unknown option {option}."),
    };

    static string? FolderOf(string path) => path is "" ? null : Path.GetDirectoryName(Path.GetFullPath(path));

    static int Number(string option, string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"{option} needs a whole number of at least {least}.");
}
