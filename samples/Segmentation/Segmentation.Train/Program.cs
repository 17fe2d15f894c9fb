using System.Security.Cryptography;
using Segmentation.Train;
using static System.FormattableString;

Options options;
try
{
    options = Options.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

random.manual_seed(options.Seed);
using DeepLab model = new(Scenes.Classes.Length);
Console.WriteLine($"model DeepLab, normalization layers without weight decay: {model.modules().Count(IsNorm)}");

if (options.Load is { } checkpoint)
{
    try
    {
        model.load(checkpoint);
    }
    catch (Exception error) when (error is ArgumentException or FormatException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"{checkpoint} is no checkpoint of this network: {error.Message}");
        return 2;
    }
}

Train();
Validate();
if (options.Save is { } path) model.save(path);
if (options.Keys) foreach (var key in model.state_dict().Keys) Console.WriteLine(key);
if (options.Evaluate) Console.WriteLine($"evaluation sha256 {Evaluate()}");
return 0;

void Train()
{
    const double Rate = 0.1;
    model.train();
    SGD.ParamGroup[] groups =
    [
        new(Parameters(module => module is Conv2d), Rate, momentum: 0.9, weight_decay: 1e-4),
        new(Parameters(IsNorm), Rate, momentum: 0.9),
    ];
    using var optimizer = optim.SGD(groups, Rate);
    // DeepLab's "poly" policy: down to nothing at the last step.
    var schedule = optim.lr_scheduler.PolynomialLR(optimizer, total_iters: options.Steps, power: 0.9);
    Scenes scenes = new(options.Seed);
    for (var step = 1; step <= options.Steps; step++)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = scenes.Next(options.Batch);
        var loss = functional.cross_entropy(model.forward(images), labels);

        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        schedule.step();
        Console.WriteLine(Invariant($"step {step}: loss {loss.item<float>():F6}"));
    }
}

static bool IsNorm(Module module) => module is BatchNorm2d;

IEnumerable<Parameter> Parameters(Func<Module, bool> kind) =>
    model.modules().Where(kind).SelectMany(module => module.parameters(recurse: false));

void Validate()
{
    using var noGradient = no_grad();
    model.eval();
    ConfusionMatrix matrix = new(Scenes.Classes.Length);
    Scenes heldOut = new(~options.Seed);
    for (var batch = 0; batch < 4; batch++)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = heldOut.Next(16);
        matrix.Add(model.forward(images).argmax(1), labels);
    }

    var classes = Scenes.Classes.Zip(matrix.IoU(), (name, iou) => Invariant($"{name} {iou:F3}"));
    Console.WriteLine(Invariant($"validation mIoU {matrix.MeanIoU():F3} ({string.Join(", ", classes)})"));
}

// The input is fixed, so two programs can be compared bit for bit.
string Evaluate()
{
    using var scope = NewDisposeScope();
    using var noGradient = no_grad();
    model.eval();
    var output = model.forward(linspace(-1, 1, 2 * 3 * Scenes.Size * Scenes.Size).view(2, 3, Scenes.Size, Scenes.Size));
    return Convert.ToHexStringLower(SHA256.HashData(output.contiguous().bytes));
}
