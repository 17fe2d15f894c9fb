using Trainer;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

random.manual_seed(0);
using var model = new Classifier(8);
using var optimizer = optim.SGD(model.parameters(), 0.1);
using var images = randn(16, 3, 12, 12);
using var labels = images.mean([1, 2, 3]).gt(0).to(int64);
for (var step = 0; step < 10; step++)
{
    using var scope = NewDisposeScope();
    optimizer.zero_grad();
    var loss = cross_entropy(model.forward(images), labels);
    loss.backward();
    optimizer.step();
    Console.WriteLine(FormattableString.Invariant($"loss {loss.item<float>()}"));
}

foreach (var (name, module) in model.named_modules())
{
    Console.WriteLine($"module {name}: {module.GetType().Name}");
}

Console.WriteLine($"normalization layers: {model.NormalizationLayers}");
foreach (var (name, _) in model.state_dict())
{
    Console.WriteLine($"key {name}");
}
