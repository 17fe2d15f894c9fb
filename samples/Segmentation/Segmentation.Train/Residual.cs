using static Segmentation.Train.Layers;

namespace Segmentation.Train;

/// <summary>Two 3x3 convolutions, atrous where the rate is above 1, and a shortcut around them.</summary>
sealed class Residual : Module<Tensor, Tensor>
{
    readonly Sequential body;
    readonly Layer shortcut;

    public Residual(long inputs, long outputs, long stride = 1, long rate = 1) : base(nameof(Residual))
    {
        body = Sequential(
            ("conv1", ConvNorm(inputs, outputs, 3, stride, rate)),
            ("conv2", Conv(outputs, outputs, rate: rate)),
            ("norm2", Last = BatchNorm2d(outputs)));
        shortcut = (stride, inputs) == (1, outputs) ? Identity() : Sequential(
            ("conv", Conv(inputs, outputs, 1, stride)),
            ("norm", BatchNorm2d(outputs)));
        RegisterComponents();
    }

    /// <summary>The normalization right before the addition.</summary>
    public BatchNorm2d Last { get; }

    public override Tensor forward(Tensor input) => functional.relu(body.forward(input) + shortcut.forward(input));
}
