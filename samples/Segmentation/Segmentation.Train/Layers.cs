namespace Segmentation.Train;

/// <summary>What the network is put together from. All convolutions keep the size of a map, but for their stride.</summary>
static class Layers
{
    /// <param name="rate">The distance between the taps of an atrous convolution.</param>
    public static Conv2d Conv(long inputs, long outputs, long kernel = 3, long stride = 1, long rate = 1, long groups = 1) =>
        Conv2d(inputs, outputs, kernel, stride, padding: rate * (kernel / 2), dilation: rate, groups: groups, bias: false);

    public static Sequential ConvNorm(
        long inputs, long outputs, long kernel = 3, long stride = 1, long rate = 1, long groups = 1) => Sequential(
        ("conv", Conv(inputs, outputs, kernel, stride, rate, groups)),
        ("norm", BatchNorm2d(outputs)),
        ("relu", ReLU(inplace: true)));

    /// <summary>A 3x3 convolution of each channel alone, and a 1x1 convolution across channels.</summary>
    public static Sequential Separable(long inputs, long outputs, long rate = 1) => Sequential(
        ("depthwise", ConvNorm(inputs, inputs, rate: rate, groups: inputs)),
        ("pointwise", ConvNorm(inputs, outputs, kernel: 1)));

    /// <summary>Brings maps to the height and width of others.</summary>
    public static Tensor Resize(Tensor maps, Tensor like) =>
        functional.interpolate(maps, size: like.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false);
}
