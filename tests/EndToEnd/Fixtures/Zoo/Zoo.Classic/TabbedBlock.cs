using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace Zoo.Classic
{
	/// <summary>Tabs,	trailing blanks and no line break at the end.</summary>
	public sealed class TabbedBlock : Module<Tensor, Tensor>
	{
		private readonly BatchNorm2d	norm;   

		public TabbedBlock(long channels) : base(nameof(TabbedBlock))
		{
			norm = BatchNorm2d(
				channels,
				affine: false);	// no weights
			RegisterComponents();
		}

		public override Tensor forward(Tensor input) => norm.forward(input);
	}
}