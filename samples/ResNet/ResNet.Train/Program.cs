using System.Security.Cryptography;
using ResNet.Models;
using ResNet.Train;
using TorchSharp;
using static TorchSharp.torch;
using Network = ResNet.Models.ResNet;

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

const int Classes = 10;
random.manual_seed(options.Seed);
using var model = options.Model switch
{
    "resnet18" => Network.ResNet18(Classes),
    "resnet50" => Network.ResNet50(Classes, norm_layer: planes => nn.BatchNorm2d(planes, eps: 1e-5, momentum: 0.1)),
    _ => null,
};
if (model is null)
{
    Console.Error.WriteLine($"Unknown model {options.Model}; there are resnet18 and resnet50.");
    return 2;
}

Console.WriteLine($"model {options.Model}, normalization layers initialized: {model.InitializedNorms}");
if (options.Load is not null)
{
    try
    {
        model.load(options.Load);
    }
    catch (Exception error) when (error is ArgumentException or FormatException or IOException)
    {
        Console.Error.WriteLine($"{options.Load} is no checkpoint of this network: {error.Message}");
        return 2;
    }

    Console.WriteLine($"loaded {options.Load}");
}

Train(model, options);
Console.WriteLine(FormattableString.Invariant($"validation accuracy {Validate(model, options):F3}"));

if (options.Save is not null)
{
    model.save(options.Save);
    Console.WriteLine($"saved {options.Save}");
}

if (options.Keys)
{
    foreach (var key in model.state_dict().Keys)
    {
        Console.WriteLine(key);
    }
}

if (options.Evaluate)
{
    Console.WriteLine($"evaluation sha256 {Evaluate(model, options)}");
}

return 0;

static void Train(Network model, Options options)
{
    model.train();
    if (options.Freeze)
    {
        Console.WriteLine($"normalization layers frozen: {FrozenStatistics.Freeze(model)}");
    }

    using var optimizer = optim.SGD(model.parameters(), learningRate: 0.01, momentum: 0.9);
    using var generator = new Generator((ulong)options.Seed);
    for (var step = 1; step <= options.Steps; step++)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = Images(options.Batch, options.ImageSize, generator);

        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(model.forward(images), labels);
        loss.backward();
        optimizer.step();
        Console.WriteLine(FormattableString.Invariant($"step {step}: loss {loss.item<float>():F6}"));
    }
}

// The share of new images whose class the network finds.
static double Validate(Network model, Options options)
{
    using var scope = NewDisposeScope();
    using var noGradient = no_grad();
    using var generator = new Generator((ulong)options.Seed + 1);
    model.eval();
    var (images, labels) = Images(10 * Classes, options.ImageSize, generator);
    return model.forward(images).argmax(1).eq(labels).to(float64).mean().item<double>();
}

// A class is a brightness: easy to learn, so a few steps show whether training works.
static (Tensor Images, Tensor Labels) Images(int count, int size, Generator generator)
{
    var labels = arange(count, dtype: int64) % Classes;
    var noise = randn([count, 3, size, size], generator: generator);
    return (noise * 0.2 + labels.to(float32).view(-1, 1, 1, 1) / Classes, labels);
}

// The input is fixed by --image-size alone, so two programs can be compared bit for bit.
static string Evaluate(Network model, Options options)
{
    using var scope = NewDisposeScope();
    using var noGradient = no_grad();
    model.eval();
    var size = 2 * 3 * options.ImageSize * options.ImageSize;
    var input = linspace(-1, 1, size).view(2, 3, options.ImageSize, options.ImageSize);
    var output = model.forward(input).contiguous();
    return Convert.ToHexStringLower(SHA256.HashData(output.bytes));
}
