using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Zoo.Common
{
    internal sealed class SampleModel : Module<Tensor, Tensor>
    {
        private readonly Sequential body;

        public SampleModel()
            : base(nameof(SampleModel))
        {
            body = Sequential(
                ("conv", Conv2d(4, 6, 1)),
                ("bn1", BatchNorm2d(6)),
                ("relu", ReLU()),
                ("bn2", nn.BatchNorm2d(6, eps: 1e-4)),
                ("in", InstanceNorm2d(6)),
                ("bn1d", Sequential(Flatten(2), BatchNorm1d(6))));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            return body.forward(input);
        }
    }
}
