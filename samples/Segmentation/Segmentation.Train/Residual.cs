using static Segmentation.Train.Layers;

namespace Segmentation.Train;

/// <summary>Two 3x3 convolutions, atrous where the rate is above 1, and a shortcut around them.</summary>
sealed class Residual : Module<Tensor, Tensor>
{
    readonly Sequential conv1;
    readonly Conv2d conv2;
    readonly BatchNorm2d norm2;
    readonly Layer shortcut;

    public Residual(long inputs, long outputs, long stride = 1, long rate = 1) : base(nameof(Residual))
    {
        conv1 = ConvNorm(inputs, outputs, 3, stride, rate);
        (conv2, norm2) = (Conv(outputs, outputs, rate: rate), BatchNorm2d(outputs));
        shortcut = (stride, inputs) == (1, outputs) ? Identity() : Sequential(
            ("conv", Conv(inputs, outputs, 1, stride)),
            ("norm", BatchNorm2d(outputs)));
        RegisterComponents();
    }

    /// <summary>The normalization right before the addition.</summary>
    public BatchNorm2d Last => norm2;

    public override Tensor forward(Tensor input) =>
        functional.relu(norm2.forward(conv2.forward(conv1.forward(input))) + shortcut.forward(input));
}
