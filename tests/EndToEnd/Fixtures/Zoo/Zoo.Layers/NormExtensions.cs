namespace Zoo.Layers;

/// <summary>Extension methods of both kinds, and generic methods that infer their argument from the layer.</summary>
public static class NormExtensions
{
    public static BatchNorm2d Zeroed(this BatchNorm2d norm)
    {
        using var no = no_grad();
        init.zeros_(norm.weight);
        return norm;
    }

    public static T Frozen<T>(this T module)
        where T : Module
    {
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = false;
        }

        return module;
    }

    public static (T First, T Second) Twice<T>(Func<T> make) => (make(), make());

    public static T Apply<T>(this T value, Action<T> change)
    {
        change(value);
        return value;
    }

    public static IEnumerable<T> Each<T>(params IEnumerable<T> values) => values;

    extension(BatchNorm2d norm)
    {
        public double Variance => norm.running_var!.mean().item<float>();

        public BatchNorm2d Doubled() => BatchNorm2d(norm.num_features * 2);
    }
}

/// <summary>Uses of them.</summary>
public static class NormUses
{
    private static readonly Lazy<BatchNorm2d> Shared = new(() => BatchNorm2d(4));

    public static IEnumerable<string> Run()
    {
        var frozen = BatchNorm2d(4).Frozen();
        BatchNorm2d zeroed = BatchNorm2d(4).Frozen().Zeroed();
        var (first, second) = NormExtensions.Twice(() => BatchNorm2d(4, eps: 1e-3));
        var changed = BatchNorm2d(4).Apply(norm => norm.eval());
        var each = NormExtensions.Each(BatchNorm2d(2), BatchNorm2d(3), frozen);
        yield return $"frozen {frozen.parameters().Count(parameter => parameter.requires_grad)}, zeroed {zeroed.weight!.sum().item<float>()}";
        yield return $"twice {first.eps} {second.eps}, changed {changed.training}, each {string.Join(' ', each.Select(norm => norm.num_features))}";
        yield return $"variance {first.Variance}, doubled {second.Doubled().num_features}, shared {Shared.Value.num_features}";
    }
}
