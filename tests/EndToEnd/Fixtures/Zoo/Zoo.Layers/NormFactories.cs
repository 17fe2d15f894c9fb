namespace Zoo.Layers;

/// <summary>Parameters by value, <c>out</c> and <c>ref</c>; local functions, lambdas and delegates.</summary>
public sealed class NormFactory : INormFactory
{
    private readonly Func<long, BatchNorm2d> make;

    public NormFactory(Func<long, BatchNorm2d>? make = null) => this.make = make ?? (channels => BatchNorm2d(channels));

    public delegate BatchNorm2d NormMaker(long channels, double momentum = 0.1);

    public static NormMaker Slow { get; } = static (channels, momentum) => BatchNorm2d(channels, momentum: momentum / 10);

    public BatchNorm2d Create(long channels) => make(channels);

    public bool TryCreate(long channels, out BatchNorm2d? norm)
    {
        if (channels <= 0)
        {
            norm = null;
            return false;
        }

        norm = Build();
        return true;

        BatchNorm2d Build()
        {
            return nn.BatchNorm2d(num_features: channels);
        }
    }

    public static void Swap(ref BatchNorm2d first, ref BatchNorm2d second) => (first, second) = (second, first);

    public static ref BatchNorm2d Smallest(BatchNorm2d[] norms)
    {
        ref BatchNorm2d found = ref norms[0];
        for (var i = 1; i < norms.Length; i++)
        {
            if (norms[i].num_features < found.num_features)
            {
                found = ref norms[i];
            }
        }

        return ref found;
    }

    public static BatchNorm2d Halved(in BatchNorm2d norm) => torch.nn.BatchNorm2d(norm.num_features / 2);

    public static async Task<BatchNorm2d> CreateAsync(long channels)
    {
        await Task.Yield();
        return BatchNorm2d(channels);
    }

    public static IEnumerable<BatchNorm2d> Pyramid(params long[] channels)
    {
        foreach (var each in channels)
        {
            yield return BatchNorm2d(each);
        }
    }
}
