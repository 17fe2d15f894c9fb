using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>
/// Describes each of several horizontal stripes of a map by a vector of its own (Sun et al., arXiv 1711.09349): head,
/// body and legs of a figure stand over each other. Gives shape (N, parts * outputs).
/// </summary>
public sealed class PartPooling : ConvolutionalBlock
{
    private readonly AdaptiveAvgPool2d pool;
    private readonly Conv2d[] convolutions;
    private readonly BatchNorm2d[] norms;

    public PartPooling(int parts, long inputs, long outputs)
        : base(nameof(PartPooling))
    {
        pool = AdaptiveAvgPool2d((parts, 1));
        convolutions = new Conv2d[parts];
        norms = new BatchNorm2d[parts];
        for (int part = 0; part < parts; part++)
        {
            (Conv2d convolution, BatchNorm2d norm) = CreateUnit(inputs, outputs, kernelSize: 1);
            convolutions[part] = Register($"convolution{part}", convolution);
            norms[part] = Register($"norm{part}", norm);
        }

        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] stripes = pool.forward(input).split(1, dim: 2);
        Tensor[] vectors = new Tensor[stripes.Length];
        for (int part = 0; part < stripes.Length; part++)
        {
            Tensor x = norms[part].forward(convolutions[part].forward(stripes[part]));
            vectors[part] = functional.relu(x).flatten(1);
        }

        return cat(vectors, dim: 1).MoveToOuterDisposeScope();
    }

    // RegisterComponents finds modules in fields, but not in arrays.
    private TModule Register<TModule>(string name, TModule module)
        where TModule : Module
    {
        register_module(name, module);
        return module;
    }
}
