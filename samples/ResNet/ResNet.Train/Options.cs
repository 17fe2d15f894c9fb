using System.Globalization;

namespace ResNet.Train;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        Usage: ResNet.Train [options]
          --model resnet18|resnet50  the network (resnet18)
          --steps N                  training steps on generated images (3)
          --image-size N             height and width of the images (32)
          --batch N                  images a step (8)
          --seed N                   seed of weights and images (1)
          --freeze                   train with frozen normalization statistics
          --load PATH                start from a checkpoint
          --save PATH                write a checkpoint at the end
          --checkpoint PATH          both: load it if it is there, write it at the end
          --evaluate                 print a hash of the output for a fixed input, bit for bit
          --keys                     print the keys of the state_dict in order
        """;

    public string Model { get; private set; } = "resnet18";
    public int Steps { get; private set; } = 3;
    public int ImageSize { get; private set; } = 32;
    public int Batch { get; private set; } = 8;
    public int Seed { get; private set; } = 1;
    public bool Freeze { get; private set; }
    public string? Load { get; private set; }
    public string? Save { get; private set; }
    public bool Evaluate { get; private set; }
    public bool Keys { get; private set; }

    /// <exception cref="FormatException">An option is unknown or its value cannot be used.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var option))
        {
            switch (option)
            {
                case "--model": options.Model = Value(); break;
                case "--steps": options.Steps = Number(0); break;
                case "--image-size": options.ImageSize = Number(1); break;
                case "--batch": options.Batch = Number(1); break;
                case "--seed": options.Seed = Number(0); break;
                case "--freeze": options.Freeze = true; break;
                case "--load": options.Load = ExistingFile(Value()); break;
                case "--save": options.Save = Value(); break;
                case "--checkpoint":
                    options.Save = Value();
                    options.Load = File.Exists(options.Save) ? options.Save : null;
                    break;
                case "--evaluate": options.Evaluate = true; break;
                case "--keys": options.Keys = true; break;
                default: throw new FormatException($"Unknown option {option}.");
            }

            string Value() =>
                rest.TryDequeue(out var value) ? value : throw new FormatException($"{option} needs a value.");

            int Number(int least) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                    ? number
                    : throw new FormatException($"{option} needs a whole number of at least {least}.");

            string ExistingFile(string path) =>
                File.Exists(path) ? path : throw new FormatException($"{option}: there is no file {path}.");
        }

        return options;
    }
}
