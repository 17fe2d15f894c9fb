using TorchSharp;

namespace Old
{
    public class Network
    {
        public object Norm { get; } = torch.nn.BatchNorm2d(8);
    }
}
