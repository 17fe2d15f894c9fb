namespace Zoo.Layers;

/// <summary>Records, primary constructors, tuples and deconstruction.</summary>
public record NormPair(BatchNorm2d First, BatchNorm2d Second)
{
    public static NormPair Of(long channels) => new(BatchNorm2d(channels), BatchNorm2d(channels));

    public NormPair WithFresh() => this with { Second = BatchNorm2d(Second.num_features) };

    public (BatchNorm2d Left, BatchNorm2d Right) ToTuple()
    {
        var (left, right) = this;
        return (left, right);
    }
}

public readonly record struct Stage(string Name, BatchNorm2d Norm, double Rate);

/// <summary>Not a module: captures its parameter.</summary>
public sealed class ScaledNorm(BatchNorm2d norm, double scale)
{
    public ScaledNorm(long channels)
        : this(BatchNorm2d(channels), 0.5)
    {
    }

    public long Channels => norm.num_features;

    public Tensor Apply(Tensor input) => norm.forward(input) * scale;
}

/// <summary>Takes a base class through its primary constructor.</summary>
public sealed class NamedPair(string name, BatchNorm2d first) : NormPair2(first)
{
    public string Name { get; } = name;
}

public class NormPair2(BatchNorm2d first)
{
    public BatchNorm2d First { get; } = first;

    public void Deconstruct(out BatchNorm2d norm, out long channels) => (norm, channels) = (First, First.num_features);
}
