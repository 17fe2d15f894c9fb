namespace Zoo.Models
{
    using System;
    using System.Collections.Generic;
    using TorchSharp;
    using TorchSharp.Modules;
    using Zoo.Layers;
    using static TorchSharp.torch;

    /// <summary>Overrides the members of a base class of another project, and implements its interface.</summary>
    public sealed class SlimBackbone : BackboneBase, INormalized, INormFactory
    {
        private readonly Dictionary<long, BatchNorm2d> made = new();
        private readonly nn.Module<Tensor, Tensor> body;

        public SlimBackbone(long channels)
            : base(nameof(SlimBackbone))
        {
            Head = Create(channels);
            body = nn.Sequential(Head, Tail, MakePair(channels).Norm);
            RegisterComponents();
        }

        public override BatchNorm2d Head { get; }

        public override BatchNorm2d Tail => Create(4);

        BatchNorm2d INormalized.Norm => Head;

        public BatchNorm2d Create(long channels)
        {
            if (!made.TryGetValue(channels, out BatchNorm2d? norm))
            {
                made.Add(channels, norm = MakeNorm(channels));
            }

            return norm;
        }

        public bool TryCreate(long channels, out BatchNorm2d? norm) => (norm = channels > 0 ? Create(channels) : null) is not null;

        public override Tensor forward(Tensor input) => body.forward(input);

        protected override BatchNorm2d MakeNorm(long channels) => torch.nn.BatchNorm2d(channels, momentum: 0.03);

        protected override (BatchNorm2d Norm, nn.Module<Tensor, Tensor> Activation) MakePair(long channels)
        {
            var (norm, _) = base.MakePair(channels);
            return (Norm: norm, nn.SiLU());
        }
    }
}
