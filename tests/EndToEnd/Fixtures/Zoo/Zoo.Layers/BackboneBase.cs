namespace Zoo.Layers;

/// <summary>Abstract, virtual and overridden members that make or hold the layer.</summary>
public abstract class BackboneBase : Module<Tensor, Tensor>
{
    protected BackboneBase(string name)
        : base(name)
    {
    }

    public abstract BatchNorm2d Head { get; }

    public virtual BatchNorm2d? Tail => null;

    protected abstract BatchNorm2d MakeNorm(long channels);

    protected virtual (BatchNorm2d Norm, Module<Tensor, Tensor> Activation) MakePair(long channels) =>
        (MakeNorm(channels), ReLU());
}

public sealed class PlainBackbone : BackboneBase
{
    private readonly Sequential body;

    public PlainBackbone(long channels)
        : base(nameof(PlainBackbone))
    {
        Head = MakeNorm(channels);
        var (norm, activation) = MakePair(channels);
        body = Sequential(("head", Head), ("norm", norm), ("activation", activation));
        RegisterComponents();
    }

    public override BatchNorm2d Head { get; }

    public override Tensor forward(Tensor input) => body.forward(input);

    protected override BatchNorm2d MakeNorm(long channels) => BatchNorm2d(channels);
}
