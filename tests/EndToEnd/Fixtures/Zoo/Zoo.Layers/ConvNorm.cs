namespace Zoo.Layers;

/// <summary>A convolution and its normalization: the layer in a field, a property and an interface's property.</summary>
public sealed class ConvNorm : Module<Tensor, Tensor>, INormalized
{
    private readonly Conv2d conv;
    private readonly BatchNorm2d bn, shortcut;

    public ConvNorm(long inplanes, long planes, string name = nameof(ConvNorm))
        : base(name)
    {
        conv = Conv2d(inplanes, planes, 3, padding: 1, bias: false);
        bn = BatchNorm2d(
            planes,
            eps: 1e-3, // TensorFlow's, whose weights are loaded
            momentum: 0.01 /* likewise */);
        shortcut = nn.BatchNorm2d(planes, affine: false);
        RegisterComponents();
    }

    public BatchNorm2d Norm => bn;

    public BatchNorm2d Shortcut
    {
        get { return shortcut; }
    }

    BatchNorm2d INormalized.Norm => Shortcut;

    public static BatchNorm2d Spare { get; set; } = BatchNorm2d(4);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = bn.forward(conv.forward(input));
        return (x + shortcut.forward(x)).MoveToOuterDisposeScope();
    }
}
