using TorchSharp;
using TorchSharp.Modules;
using Zoo.Common;
using static TorchSharp.torch;

namespace Zoo.Inspection;

/// <summary>What the app shows of this project: the outcome of every test, module by module.</summary>
public static class Exhibit
{
    public static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Model)> Models()
    {
        yield return ("SampleModel", new SampleModel());
    }

    public static IEnumerable<string> Observations()
    {
        var model = new SampleModel();
        yield return $"common {NormSummary.Count(model)} {NormSummary.Channels(model)}";
        foreach (var (name, module) in Specimens())
        {
            yield return $"is {name}: {Flags(IsTests.Plain(module), IsTests.Negated(module), IsTests.AndMore(module), IsTests.Qualified(module), IsTests.WithProperty(module), IsTests.OfAField(new(module)), IsTests.InAQuery(module))}"
                + $" {IsTests.Named(module)} {IsTests.WithPropertyAndName(module)}";
            yield return $"patterns {name}: {Flags(PatternTests.Not(module), PatternTests.Or(module), PatternTests.NotEither(module), PatternTests.And(module), PatternTests.AndProperty(module), PatternTests.AndNot(module), PatternTests.Discard(module), PatternTests.Nested(module))}"
                + $" {PatternTests.InATuple(module, module)} {PatternTests.InATuple(model, module)} {PatternTests.InAList([nn.Conv2d(1, 1, 1), module])}";
            yield return $"switch {name}: {SwitchTests.Statement(module)}, {SwitchTests.StatementWithoutName(module)}, {SwitchTests.Expression(module)}, {SwitchTests.Channels(module)}";
            yield return $"conversions {name}: {ConversionTests.As(module)} {ConversionTests.AsConditional(module)} {ConversionTests.AsCompared(module)}"
                + $" {ConversionTests.AsField(new Dictionary<string, nn.Module> { ["bn"] = module })} {ConversionTests.CastOrNothing(module)}"
                + $" {Flags(ConversionTests.RuntimeType(module), ConversionTests.OtherRuntimeType(module))}";
        }

        var norms = ConversionTests.OfType(model).ToList();
        yield return $"sequences {norms.Count} {ConversionTests.EpsilonOfFirst(model)} {ConversionTests.CastAll(norms)} {ConversionTests.LoopThatCasts(norms)} {ConversionTests.Cast(norms[0])}";
        yield return $"named in {IsTests.NamedIn(model.modules())}";
        yield return $"names {TypeNames.Name} {TypeNames.Full} {TypeNames.LabelOfPlain()} {TypeNames.Label(typeof(Conv2d))}";
        foreach (var line in Lookalikes.Run())
        {
            yield return line;
        }
    }

    private static IEnumerable<(string Name, nn.Module Module)> Specimens()
    {
        yield return ("default", nn.BatchNorm2d(4));
        yield return ("loose", nn.BatchNorm2d(5, eps: 1e-4));
        yield return ("slow", nn.BatchNorm2d(6, momentum: 0.01));
        yield return ("plain", Evaluating(nn.BatchNorm2d(7, affine: false)));
        yield return ("one", nn.BatchNorm1d(4));
        yield return ("three", nn.BatchNorm3d(4));
        yield return ("instance", nn.InstanceNorm2d(4));
        yield return ("convolution", nn.Conv2d(4, 4, 1));
        yield return ("linear", nn.Linear(4, 4));
        yield return ("sequence", nn.Sequential(nn.BatchNorm2d(4)));
    }

    private static T Evaluating<T>(T module)
        where T : nn.Module
    {
        module.eval();
        return module;
    }

    private static string Flags(params bool[] flags) => string.Concat(flags.Select(flag => flag ? '1' : '0'));
}
