namespace Zoo.Layers;

/// <summary>Lambdas with natural types, functions that return functions, tasks and asynchronous sequences.</summary>
public static class NormDelegates
{
    private static readonly Func<long, Func<double, BatchNorm2d>> Curried = channels => eps => BatchNorm2d(channels, eps);

    private static readonly Dictionary<string, Func<long, Module<Tensor, Tensor>>> ByKind = new()
    {
        ["bn"] = channels => BatchNorm2d(channels),
        ["in"] = channels => InstanceNorm2d(channels),
        ["none"] = _ => Identity(),
    };

    public static string Run()
    {
        var natural = (long channels) => BatchNorm2d(channels);
        var spelled = BatchNorm2d (long channels, BatchNorm2d? other = null) => other ?? natural(channels);
        Func<Module> wide = () => natural(2);
        Func<BatchNorm2d, long> measure = static norm => norm.num_features;
        measure += (BatchNorm2d norm) => norm.num_features * 2;
        Func<Task<BatchNorm2d>> later = async () => await NormFactory.CreateAsync(5);
        BatchNorm2d curried = Curried(3)(1e-4);
        return $"delegates {spelled(4).num_features} {wide().parameters().Count()} {measure(curried)} {later().GetAwaiter().GetResult().num_features}"
            + $" {Collect(Each()).GetAwaiter().GetResult()} {ByKind["bn"](4).parameters().Count()} {Choose("bn")?.num_features} {Choose("")?.num_features}";
    }

    private static async IAsyncEnumerable<BatchNorm2d> Each()
    {
        await Task.Yield();
        yield return BatchNorm2d(6);
        yield return await new ValueTask<BatchNorm2d>(BatchNorm2d(7));
    }

    private static async Task<long> Collect(IAsyncEnumerable<BatchNorm2d> norms)
    {
        var sum = 0L;
        await foreach (var norm in norms)
        {
            sum += norm.num_features;
        }

        return sum;
    }

    private static BatchNorm2d? Choose(string kind)
    {
        var chosen = kind switch
        {
            "bn" => BatchNorm2d(8),
            "slow" => BatchNorm2d(8, momentum: 0.01),
            "" => null,
            _ => throw new ArgumentException(kind),
        };
        return chosen;
    }
}
