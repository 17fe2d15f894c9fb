namespace Zoo.Layers;

/// <summary>What the app shows of this project.</summary>
public static class Exhibit
{
    public static IEnumerable<(string Name, Module<Tensor, Tensor> Model)> Models()
    {
        yield return (nameof(ConvNorm), new ConvNorm(4, 4));
        yield return (nameof(PlainBackbone), new PlainBackbone(4));
        yield return (nameof(DenseStack), new DenseStack(2));
        yield return (nameof(OptionalNorm), new OptionalNorm(normalize: true));
        yield return (nameof(OptionalNorm) + " off", new OptionalNorm(normalize: false));
        yield return (nameof(Detector), new Detector());
    }

    public static IEnumerable<string> Observations()
    {
        var conv = new ConvNorm(4, 4);
        INormalized normalized = conv;
        yield return $"interface {normalized.Norm == conv.Shortcut} {normalized.Epsilon} {conv.Norm.eps} {ConvNorm.Spare.num_features}";

        var factory = new NormFactory();
        yield return $"factory {factory.TryCreate(0, out _)} {factory.TryCreate(4, out var made)} {made!.num_features} {factory.Create(2).num_features}";

        BatchNorm2d first = NormFactory.Slow(2), second = NormFactory.Halved(made);
        NormFactory.Swap(ref first, ref second);
        BatchNorm2d[] both = [first, second];
        NormFactory.Smallest(both) = NormFactory.CreateAsync(6).GetAwaiter().GetResult();
        yield return $"swapped {first.momentum} {second.momentum} {both[0].num_features} {both[1].num_features}";
        yield return $"pyramid {string.Join(' ', NormFactory.Pyramid(1, 2, 3).Select(norm => norm.num_features))}";

        var pair = NormPair.Of(3).WithFresh();
        var (left, right) = pair.ToTuple();
        yield return $"records {left == pair.First} {right == pair.Second} {new Stage("stem", left, 0.1).Norm.num_features}";
        var (inner, channels) = new NamedPair("named", BatchNorm2d(7));
        using var ones = torch.ones(1, 4, 2, 2);
        yield return $"primary {inner.eps} {channels} {new ScaledNorm(4).Channels}";

        var stack = new DenseStack(2);
        yield return $"collections {stack.Order.Count} {stack.Reachable} {stack.Find("first") is not null} {stack.Find("none") is null}"
            + $" {stack.Widest().eps} {stack.Sorted().Length} {stack.ByEpsilon().Count}";

        var optional = new OptionalNorm(normalize: true);
        var before = optional.LazyChannels;
        optional.Reset();
        yield return $"optional {before} {optional.LazyChannels} {optional.Late == optional.Lazy} {optional.Field.num_features}";

        foreach (var line in NormUses.Run())
        {
            yield return line;
        }

        foreach (var line in NormQueries.Run())
        {
            yield return line;
        }

        yield return NormDelegates.Run();
        yield return NormGenerics.Run();
        yield return $"store {NormStore.Count()}";
        yield return Aliases.Run();
        yield return Disposal.Run();
    }
}
