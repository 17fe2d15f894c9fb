namespace Zoo.Layers;

/// <summary>A class in two parts: this one uses what the other one holds.</summary>
public sealed partial class Detector : Module<Tensor, Tensor>
{
    public Detector()
        : base(nameof(Detector))
    {
        backbone = MakeBackbone(4);
        neck = Neck;
        RegisterComponents();
    }

    public partial BatchNorm2d Neck { get; }

    public override Tensor forward(Tensor input) => neck.forward(backbone.forward(input));

    private partial BatchNorm2d MakeBackbone(long channels);
}
