namespace Zoo.Layers;

/// <summary>Nullable layers, <c>!</c>, <c>?.</c>, <c>??=</c>, and conditionals with another module in the other arm.</summary>
public sealed class OptionalNorm : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> first;
    private readonly Module<Tensor, Tensor> second;
    private readonly Module<Tensor, Tensor>? third;
    private BatchNorm2d? lazy;
    private BatchNorm2d late = null!;

    public OptionalNorm(bool normalize, long channels = 4)
        : base(nameof(OptionalNorm))
    {
        first = normalize ? BatchNorm2d(channels) : Identity();
        second = normalize
            ? torch.nn.BatchNorm2d(channels)
            : (Module<Tensor, Tensor>)nn.Identity();
        third = channels switch
        {
            0 => null,
            < 8 => BatchNorm2d(channels),
            _ => InstanceNorm2d(channels),
        };
        Lazy.eval(); // registered with the others, so it has to exist by now
        RegisterComponents();
    }

    public BatchNorm2d Lazy => lazy ??= BatchNorm2d(4);

    public BatchNorm2d Late
    {
        get => late ?? throw new InvalidOperationException("not set");
        set => late = value;
    }

    public BatchNorm2d Field
    {
        get => field ??= BatchNorm2d(4);
        private set;
    }

    public long? LazyChannels => lazy?.num_features;

    public string? LazyName => lazy?.GetName();

    public void Reset(BatchNorm2d? replacement = null)
    {
        lazy = replacement ?? BatchNorm2d(8);
        Late = lazy!;
        Field = lazy ?? Lazy;
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = second.forward(first.forward(input));
        x = third?.forward(x) ?? x;
        return Lazy.forward(x).MoveToOuterDisposeScope();
    }
}
