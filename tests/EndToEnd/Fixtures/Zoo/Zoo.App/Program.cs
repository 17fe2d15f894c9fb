// Prints what each project's models compute in evaluation and what its code observes of them. Nothing that it prints may
// depend on which of the two layers a model is made of.
random.manual_seed(20230404);
using var generator = new Generator(7);
set_grad_enabled(false);

BatchNorm2d own = nn.BatchNorm2d(4, momentum: 0.5);
BatchNorm2d either = args.Length == 0 ? own : Zoo.Legacy.LegacyBlock.Make(4);
BatchNorm2d legacy = Zoo.Legacy.LegacyBlock.Make(2);
Print("App", Models(), [$"own {own.momentum} {either.eps} {legacy.eps}", $"visited {Visit(nn.Sequential(own, nn.ReLU(), either))}"]);
Print("Classic", Zoo.Classic.Exhibit.Models(), Zoo.Classic.Exhibit.Observations());
Print("Inspection", Zoo.Inspection.Exhibit.Models(), Zoo.Inspection.Exhibit.Observations());
Print("Layers", Zoo.Layers.Exhibit.Models(), Zoo.Layers.Exhibit.Observations());
Print("Models", Zoo.Models.Exhibit.Models(), Zoo.Models.Exhibit.Observations());
Print("Portable", Zoo.Portable.Exhibit.Models(), Zoo.Portable.Exhibit.Observations());

IEnumerable<(string, nn.Module<Tensor, Tensor>)> Models()
{
    yield return ("own", own);
    yield return ("local", nn.Sequential(Make(4), nn.ReLU()));
    yield return ("legacy", new Zoo.Legacy.LegacyBlock(4));

    static BatchNorm2d Make(long channels) => nn.BatchNorm2d(channels, eps: 1e-3);
}

void Print(string project, IEnumerable<(string Name, nn.Module<Tensor, Tensor> Model)> models, IEnumerable<string> observations)
{
    foreach (var (name, model) in models)
    {
        Console.WriteLine($"{project}: {name}: {Evaluate(model):R}, keys {string.Join(' ', model.state_dict().Keys)}, {Visit(model)} norms");
    }

    foreach (var observation in observations)
    {
        Console.WriteLine($"{project}: {observation}");
    }
}

// With statistics and weights that are not the initial ones, which would leave the input as it is.
double Evaluate(nn.Module<Tensor, Tensor> model)
{
    using var scope = NewDisposeScope();
    foreach (var (name, buffer) in model.named_buffers().Where(each => each.buffer.is_floating_point()))
    {
        buffer.copy_(rand(buffer.shape, generator: generator) + 0.5);
    }

    foreach (var parameter in model.parameters())
    {
        parameter.copy_(rand(parameter.shape, generator: generator) - 0.25);
    }

    model.eval();
    var output = model.forward(linspace(-1, 1, 4 * 4 * 4).view(1, 4, 4, 4));
    return (output * linspace(1, 2, output.numel()).view(output.shape)).sum().item<float>();
}

static int Visit(nn.Module model)
{
    var norms = 0;
    foreach (var module in model.modules())
    {
        norms += module is BatchNorm2d ? 1 : 0;
    }

    return norms;
}
