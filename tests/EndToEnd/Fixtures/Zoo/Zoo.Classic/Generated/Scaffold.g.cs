using TorchSharp;
using TorchSharp.Modules;

namespace Zoo.Classic.Generated
{
    public sealed partial class Scaffold
    {
        private readonly BatchNorm2d scaffolded = torch.nn.BatchNorm2d(4);

        public BatchNorm2d Scaffolded
        {
            get { return scaffolded; }
        }
    }
}
