using System.Globalization;

namespace Retrieval.Train;

/// <summary>What the command line asks for.</summary>
internal sealed class Options
{
    public const string Usage = """
        Usage: Retrieval.Train [options]
          --steps N       training steps on generated images (300)
          --identities P  individuals a step, 2 to 100 (12)
          --instances K   images of each of them, at least 2 (4)
          --seed N        seed of weights and images (1)
          --load PATH     start from a checkpoint
          --save PATH     write a checkpoint at the end
          --evaluate      print a hash of the output for a fixed input, bit for bit
          --keys          print the keys of the state_dict in order
        """;

    /// <summary>How many individuals there are to train on.</summary>
    public const int TrainedIdentities = 100;

    /// <summary>How many there are to measure on.</summary>
    public const int UnseenIdentities = 40;

    private readonly Dictionary<string, Action<string>> settings;
    private readonly Dictionary<string, Action> switches;

    private Options()
    {
        settings = new Dictionary<string, Action<string>>
        {
            { "--steps", value => Steps = ParseNumber(value, 0, int.MaxValue) },
            { "--identities", value => Identities = ParseNumber(value, 2, TrainedIdentities) },
            { "--instances", value => Instances = ParseNumber(value, 2, int.MaxValue) },
            { "--seed", value => Seed = ParseNumber(value, 0, int.MaxValue) },
            { "--load", value => LoadPath = ParseExistingFile(value) },
            { "--save", value => SavePath = ParseNewFile(value) },
        };
        switches = new Dictionary<string, Action>
        {
            { "--evaluate", () => Evaluate = true },
            { "--keys", () => Keys = true },
        };
    }

    public int Steps { get; private set; } = 300;

    public int Identities { get; private set; } = 12;

    public int Instances { get; private set; } = 4;

    public int Seed { get; private set; } = 1;

    public string? LoadPath { get; private set; }

    public string? SavePath { get; private set; }

    public bool Evaluate { get; private set; }

    public bool Keys { get; private set; }

    /// <exception cref="FormatException">An option is unknown or its value cannot be used.</exception>
    public static Options Parse(string[] args)
    {
        Options options = new Options();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (options.switches.TryGetValue(name, out Action? turnOn))
            {
                turnOn();
            }
            else if (!options.settings.TryGetValue(name, out Action<string>? set))
            {
                throw new FormatException($"Unknown option {name}.");
            }
            else if (++i == args.Length)
            {
                throw new FormatException($"{name} needs a value.");
            }
            else
            {
                Set(name, set, args[i]);
            }
        }

        return options;
    }

    private static void Set(string name, Action<string> set, string value)
    {
        try
        {
            set(value);
        }
        catch (FormatException error)
        {
            throw new FormatException($"{name} {error.Message}", error);
        }
    }

    private static int ParseNumber(string value, int least, int most)
    {
        bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        if (!isNumber || number < least || number > most)
        {
            string range = most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
            throw new FormatException($"needs a whole number {range}.");
        }

        return number;
    }

    private static string ParseExistingFile(string path)
    {
        return File.Exists(path) ? path : throw new FormatException($"cannot read {path}: there is no such file.");
    }

    private static string ParseNewFile(string path)
    {
        bool hasFolder = path.Length > 0 && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)));
        return hasFolder ? path : throw new FormatException($"cannot write {path}: there is no such folder.");
    }
}
