using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Retrieval.Models;

/// <summary>
/// Gives images of shape (N, 3, H, W) embeddings of shape (N, <see cref="EmbeddingSize"/>) that lie close, by their
/// angle, where the same individual is shown. Trained as in "Bag of Tricks" (Luo et al., arXiv 1903.07071): a triplet
/// loss on the features before the neck, and a classifier on what comes after it.
/// </summary>
public sealed class ReidentificationNetwork : Module<Tensor, Tensor>
{
    private const int Parts = 4;
    private const int PartSize = 48;

    private readonly Stem stem;
    private readonly ResidualBlock stage1;
    private readonly ResidualBlock stage2;
    private readonly ResidualBlock stage3;
    private readonly PartPooling pooling;
    private readonly BatchNorm1d neck;
    private readonly Linear classifier;

    /// <param name="identities">How many individuals the training has.</param>
    public ReidentificationNetwork(long identities)
        : base(nameof(ReidentificationNetwork))
    {
        stem = new Stem(32);
        stage1 = new InstanceBatchBlock(32, 64, stride: 2);
        stage2 = new InstanceBatchBlock(64, 96, stride: 2);
        // The last stage keeps the size, as details tell individuals apart, and has batch normalization alone.
        stage3 = new ResidualBlock(96, 128, stride: 1);
        pooling = new PartPooling(Parts, 128, PartSize);
        neck = BatchNorm1d(EmbeddingSize);
        classifier = Linear(EmbeddingSize, identities, hasBias: false);

        RegisterComponents();
        InitializedNorms = WeightInitialization.Apply(this);

        // Without a bias the neck's embeddings lie around zero, where an angle between them says most.
        neck.bias!.requires_grad = false;
    }

    /// <summary>The length of an embedding.</summary>
    public static long EmbeddingSize
    {
        get { return Parts * PartSize; }
    }

    /// <summary>How many normalization layers the initialization of weights came upon.</summary>
    public int InitializedNorms { get; }

    /// <summary>The last normalization of each stage.</summary>
    public BatchNorm2d[] LastNorms
    {
        get { return new BatchNorm2d[] { stage1.LastNorm, stage2.LastNorm, stage3.LastNorm }; }
    }

    public override Tensor forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return neck.forward(Describe(images)).MoveToOuterDisposeScope();
    }

    /// <summary>What the losses take: features of the shape of embeddings, and logits of shape (N, identities).</summary>
    public (Tensor Features, Tensor Logits) ForwardForTraining(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = Describe(images);
        Tensor logits = classifier.forward(neck.forward(features));
        return (features.MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
    }

    private Tensor Describe(Tensor images)
    {
        Tensor x = stem.forward(images);
        x = stage1.forward(x);
        x = stage2.forward(x);
        x = stage3.forward(x);
        return pooling.forward(x);
    }
}
