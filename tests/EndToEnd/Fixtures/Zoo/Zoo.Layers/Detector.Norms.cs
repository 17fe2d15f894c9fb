namespace Zoo.Layers;

partial class Detector
{
    private readonly BatchNorm2d backbone;
    private readonly BatchNorm2d neck;

    public partial BatchNorm2d Neck => BatchNorm2d(4, eps: 1e-2);

    private partial BatchNorm2d MakeBackbone(long channels) => BatchNorm2d(channels);
}
