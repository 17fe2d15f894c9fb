using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CrossDomain.Data;
using CrossDomain.Networks;
using CrossDomain.Training;
using SkiaSharp;
using TorchSharp;

namespace CrossDomain;

/// <summary>The commands: the experiment itself, its report, pictures of the domains, and the workers.</summary>
internal sealed class CommandLine
{
    private static readonly string[] EvenSources = ["plain", "stripes", "checker", "clouds"];
    private static readonly string[] EvenHeldOut =
    [
        "pastel", "clutter", "sketch", "neon",
        "plain+left", "plain+top", "plain+spot", "plain+shadow",
        "plain+blur", "plain+grain", "plain+fog", "plain+night",
    ];

    private static readonly string[] UnevenSources = [.. EvenSources.Select(surface => surface + "+left")];
    private static readonly string[] UnevenHeldOut =
    [
        "pastel+left", "clutter+left", "sketch+left", "neon+left",
        "plain", "plain+right", "plain+top", "plain+spot",
        "plain+left+blur", "plain+left+grain", "plain+left+fog", "plain+left+night",
    ];

    private const string FromScratch = "0.02,0.05,0.1,0.2";
    private const string FromTrained = "0.005,0.01,0.02,0.05,0.1";

    private readonly Option<string> output = new("--output") { Description = "The folder of the experiment; one that was stopped goes on", DefaultValueFactory = _ => "cross-domain" };
    private readonly Option<string?> data = new("--data") { Description = "A folder of images, <root>/<domain>/<class>/*.jpg or *.png; without it, images are drawn" };
    private readonly Option<string> light = new("--light") { Description = "The drawn source domains: lit evenly, or from the left", DefaultValueFactory = _ => "even" };
    private readonly Option<string?> sources = new("--sources") { Description = "The domains to train on, with commas" };
    private readonly Option<string?> heldOut = new("--held-out") { Description = "The domains to test on alone, with commas (of a folder: all others)" };
    private readonly Option<string?> pretrainingClasses = new("--pretraining-classes") { Description = "The classes of --start pretrained, with commas; the others are the task's" };
    private readonly Option<string> network = new("--network") { Description = "small (6 normalization layers) or resnet18", DefaultValueFactory = _ => "small" };
    private readonly Option<string> start = new("--start") { Description = "scratch, pretrained (on other classes, by this program), or the path of a state_dict with BatchNorm2d", DefaultValueFactory = _ => "scratch" };
    private readonly Option<string?> variants = new("--variants") { Description = $"What to compare with {Variant.Baseline.Name}, with commas: {string.Join(", ", Variant.All.Skip(1).Select(variant => variant.Name))}" };
    private readonly Option<string?> learningRates = new("--learning-rates") { Description = $"What the development runs choose from, with commas; a single one is taken as it is ({FromScratch}; from trained weights {FromTrained})" };
    private readonly Option<double> pretrainingLearningRate = new("--pretraining-learning-rate") { Description = "The learning rate of pretraining", DefaultValueFactory = _ => 0.1 };
    private readonly Option<int> imageSize = Number("--image-size", "Height and width of the images in pixels", 32, 16);
    private readonly Option<int> steps = Number("--steps", "Training steps of a run", 300, 1);
    private readonly Option<int> pretrainingSteps = Number("--pretraining-steps", "Training steps of pretraining", 600, 1);
    private readonly Option<int> batch = Number("--batch", "Images of a step", 32, 2);
    private readonly Option<int> trainImages = Number("--train-images", "The most images to train with, by domain", 1000, 1);
    private readonly Option<int> testImages = Number("--test-images", "The most images to test with, by domain", 400, 1);
    private readonly Option<int> seeds = Number("--seeds", "Final runs of each variant; more of them go on where fewer ended", 20, 1);
    private readonly Option<int> developmentSeeds = Number("--development-seeds", "Development runs of each variant and learning rate", 3, 1);
    private readonly Option<string> device = new("--device") { Description = "cpu or cuda", DefaultValueFactory = _ => "cpu" };
    private readonly Option<int> workers = Number("--workers", "Runs at the same time (the processors; 1 on cuda)", 0, 0);

    public ParseResult Parse(string[] args)
    {
        var root = new RootCommand("Trains one network on some domains and tests it on others: with BatchNorm2d, and with the layers that pbn-rewrite puts in its place.")
        {
            output, data, light, sources, heldOut, pretrainingClasses, network, start, variants, learningRates, pretrainingLearningRate, imageSize,
            steps, pretrainingSteps, batch, trainImages, testImages, seeds, developmentSeeds, device, workers, Report(), Domains(), WorkerCommand(),
        };
        foreach (var option in root.Options)
        {
            option.Validators.Add(given =>
            {
                if (given.Tokens.Any(token => token.Value.Length == 0))
                {
                    given.AddError($"{option.Name} takes a value that is not empty.");
                }
            });
        }

        root.SetAction(RunAsync);
        var parsed = root.Parse(args);
        return parsed.Errors.Count == 0 ? parsed : throw new InputException(string.Join('\n', parsed.Errors.Select(error => error.Message)) + "\nGive --help for what there is.");
    }

    private static Option<int> Number(string name, string description, int value, int least)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < least)
            {
                result.AddError($"{name} takes a whole number of at least {least}.");
            }
        });
        return option;
    }

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private Command Report()
    {
        var folder = new Option<string>("--output") { Description = "The folder of the experiment", DefaultValueFactory = _ => "cross-domain" };
        var command = new Command("report", "Prints what the finished runs of an experiment say, and writes table.md and chart.png anew.") { folder };
        command.SetAction(result => Console.Write(Experiment.Report(result.GetValue(folder)!)));
        return command;
    }

    private static Command Domains()
    {
        var folder = new Option<string>("--output") { Description = "A folder that is not there yet", Required = true };
        var names = new Option<string>("--domains") { Description = "The domains, with commas", DefaultValueFactory = _ => string.Join(',', EvenSources.Concat(EvenHeldOut)) };
        var images = Number("--images", "Images of each class", 4, 1);
        var size = Number("--image-size", "Height and width of the images in pixels", 32, 16);
        var seed = Number("--seed", "Of the images", 1, 0);
        var jpeg = new Option<bool>("--jpg") { Description = "Write jpg files; png without it" };
        var command = new Command("domains", "Draws images of domains and writes them as <output>/<domain>/<class>/*.png, which --data takes.") { folder, names, images, size, seed, jpeg };
        command.SetAction(result => DomainFiles.Write(
            result.GetValue(folder)!,
            List(result.GetValue(names)!),
            result.GetValue(images),
            result.GetValue(size),
            result.GetValue(seed),
            result.GetValue(jpeg) ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png));
        return command;
    }

    private static Command WorkerCommand()
    {
        var threads = new Argument<int>("threads");
        var command = new Command(Worker.Command, "Does the jobs that come in.") { threads };
        command.Hidden = true;
        command.SetAction(result => Worker.RunAsync(result.GetValue(threads), Console.In, Console.Out));
        return command;
    }

    private async Task RunAsync(ParseResult result, CancellationToken cancellation)
    {
        var settings = SettingsOf(result);
        var (folder, most) = (result.GetValue(output)!, result.GetValue(workers));
        using var held = FolderLock.Take(folder);
        var experiment = new Experiment(settings, folder, most > 0 ? most : settings.Device == "cpu" ? Environment.ProcessorCount : 1);
        await experiment.RunAsync(cancellation);
        Console.Write(Experiment.Report(folder));
    }

    private Settings SettingsOf(ParseResult result)
    {
        var root = result.GetValue(data) is { } folder ? Path.GetFullPath(folder) : null;
        var size = result.GetValue(imageSize);
        var source = IImageSource.Open(root, size);
        if (root is not null && result.GetResult(light) is { Implicit: false })
        {
            throw new InputException("--light is of drawn images, and --data has images of its own; leave one of them out.");
        }

        var (trainedOn, testedOn) = DomainsOf(result, root, source);
        var (startsFrom, checkpoint) = StartOf(result.GetValue(start)!);
        var (classes, otherClasses) = ClassesOf(result, root, source, startsFrom);
        var rates = List(result.GetValue(learningRates) ?? (startsFrom == Start.Scratch ? FromScratch : FromTrained)).Select(LearningRate).Distinct().Order().ToArray();
        var settings = new Settings
        {
            Data = root,
            Sources = trainedOn,
            HeldOut = testedOn,
            Classes = classes,
            PretrainingClasses = otherClasses,
            Network = OneOf("network", result.GetValue(network)!, "small", "resnet18"),
            Start = startsFrom,
            Checkpoint = checkpoint,
            Variants = VariantsOf(result.GetValue(variants), startsFrom),
            LearningRates = rates.Length > 0 ? rates : throw new InputException("--learning-rates takes numbers above 0, and at least one."),
            PretrainingLearningRate = result.GetValue(pretrainingLearningRate) is var rate && IsLearningRate(rate)
                ? rate
                : throw new InputException("--pretraining-learning-rate takes a number above 0."),
            ImageSize = size,
            Steps = result.GetValue(steps),
            PretrainingSteps = result.GetValue(pretrainingSteps),
            Batch = result.GetValue(batch),
            TrainImages = result.GetValue(trainImages),
            TestImages = result.GetValue(testImages),
            Seeds = result.GetValue(seeds) is < Experiment.FirstDevelopmentSeed and var number
                ? number
                : throw new InputException($"--seeds takes at most {Experiment.FirstDevelopmentSeed - 1}: those after it are the development runs'."),
            DevelopmentSeeds = result.GetValue(developmentSeeds),
            Device = DeviceOf(result.GetValue(device)!),
        };
        RequiredImages.Check(source, settings);
        return settings;
    }

    private (string[] Sources, string[] HeldOut) DomainsOf(ParseResult result, string? root, IImageSource source)
    {
        var (given, others) = (result.GetValue(sources), result.GetValue(heldOut));
        var (drawnSources, drawnHeldOut) = result.GetValue(light) switch
        {
            "even" => (EvenSources, EvenHeldOut),
            "left" => (UnevenSources, UnevenHeldOut),
            var unknown => throw new InputException($"--light takes even or left, not {unknown}."),
        };
        var trained = given is not null ? List(given) : root is null
            ? drawnSources
            : throw new InputException($"Say with --sources which domains of {root} to train on; there are {string.Join(", ", source.Domains)}.");
        string[] tested = others is not null ? List(others) : [.. (root is null ? drawnHeldOut : source.Domains).Except(trained, StringComparer.Ordinal)];
        foreach (var domain in trained.Concat(tested))
        {
            if (root is null)
            {
                Style.Parse(domain);
            }
            else if (!source.Domains.Contains(domain, StringComparer.Ordinal))
            {
                throw new InputException($"There is no domain {domain} in {root}; there are {string.Join(", ", source.Domains)}.");
            }
        }

        if (trained.Length == 0 || tested.Length == 0 || trained.Concat(tested).GroupBy(domain => domain).Any(same => same.Count() > 1))
        {
            throw new InputException($"It takes domains to train on and others to test on, each once. Given: {string.Join(", ", trained)}; and {string.Join(", ", tested)}.");
        }

        return (trained, tested);
    }

    private (string[] Task, string[] Pretraining) ClassesOf(ParseResult result, string? root, IImageSource source, Start startsFrom)
    {
        if (result.GetValue(pretrainingClasses) is not { } given)
        {
            return root is null
                ? ([.. Shape.Task.Select(shape => shape.Name)], [.. Shape.Pretraining.Select(shape => shape.Name)])
                : startsFrom == Start.Pretrained
                    ? throw new InputException($"Say with --pretraining-classes which classes of {root} to pretrain on; there are {string.Join(", ", source.Classes)}.")
                    : ([.. source.Classes], []);
        }

        var others = List(given);
        if (others.FirstOrDefault(name => !source.Classes.Contains(name, StringComparer.Ordinal)) is { } unknown)
        {
            throw new InputException($"There is no class {unknown}; there are {string.Join(", ", source.Classes)}.");
        }

        string[] task = [.. source.Classes.Except(others, StringComparer.Ordinal)];
        return task.Length > 1 && others.Length > 1
            ? (task, others)
            : throw new InputException("It takes two classes to pretrain on and two for the task.");
    }

    private static (Start Start, string? Checkpoint) StartOf(string text) => text switch
    {
        "scratch" => (Start.Scratch, null),
        "pretrained" => (Start.Pretrained, null),
        _ when File.Exists(text) => (Start.Checkpoint, Path.GetFullPath(text)),
        _ => throw new InputException($"--start takes scratch, pretrained, or the path of a state_dict; there is no file {text}."),
    };

    private static string[] VariantsOf(string? given, Start startsFrom)
    {
        if (given is null)
        {
            return [.. Variant.ForStart(startsFrom).Select(variant => variant.Name)];
        }

        var names = List(given);
        if (names.FirstOrDefault(name => Variant.All.All(variant => variant.Name != name)) is { } unknown)
        {
            throw new InputException($"There is no variant {unknown}; there are {string.Join(", ", Variant.All.Select(variant => variant.Name))}.");
        }

        return Variant.All.FirstOrDefault(variant => names.Contains(variant.Name, StringComparer.Ordinal) && !variant.IsFor(startsFrom)) is { } warm
            ? throw new InputException($"{warm.Name} has no warm-up where training starts from trained weights; name the variant without it.")
            : [Variant.Baseline.Name, .. names.Except([Variant.Baseline.Name], StringComparer.Ordinal)];
    }

    private static string DeviceOf(string given) => OneOf("device", given, "cpu", "cuda") == "cpu" || torch.cuda.is_available()
        ? given
        : throw new InputException("There is no CUDA device here, or this program was built without a libtorch for one; see README.md.");

    private static string OneOf(string what, string given, params string[] known) => known.Contains(given, StringComparer.Ordinal)
        ? given
        : throw new InputException($"There is no {what} {given}; there are {string.Join(" and ", known)}.");

    private static double LearningRate(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && IsLearningRate(rate)
            ? rate
            : throw new InputException($"--learning-rates takes numbers above 0, not {text}.");

    private static bool IsLearningRate(double rate) => rate is > 0 and < 100;
}
