using TorchSharp;

namespace New
{
    public class Network
    {
        public object Norm { get; } = torch.nn.BatchNorm2d(8);
    }
}
