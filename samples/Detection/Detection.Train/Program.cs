using System.Security.Cryptography;
using Detection.Models;
using Detection.Train;
using static TorchSharp.torch;

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
using var model = options.Model == "small" ? Fcos.Small(ShapeImages.Classes) : Fcos.Tiny(ShapeImages.Classes);
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

using var trainer = new Trainer(model);
trainer.Train(options.Steps, options.Batch, options.Seed);
Console.WriteLine(FormattableString.Invariant($"validation mAP@0.5 {trainer.Validate(options.Images):F3}"));

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
    Console.WriteLine($"evaluation sha256 {Hash(model)}");
}

return 0;

// The input is always the same, so two programs can be compared bit for bit.
static string Hash(Fcos model)
{
    using var scope = NewDisposeScope();
    using var noGradient = no_grad();
    model.eval();
    var input = linspace(-1, 1, 2 * 3 * ShapeImages.Size * ShapeImages.Size);
    var (logits, distances, centerness) = model.forward(input.view(2, 3, ShapeImages.Size, ShapeImages.Size));
    var output = cat([logits.flatten(), distances.flatten(), centerness.flatten()]);
    return Convert.ToHexStringLower(SHA256.HashData(output.bytes));
}
