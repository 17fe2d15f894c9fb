using System.Security.Cryptography;
using Retrieval.Data;
using Retrieval.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Retrieval.Train;

/// <summary>Trains a network on one world's individuals, and measures it on the others.</summary>
internal sealed class Trainer
{
    private const double LearningRate = 2e-3;
    private const double LabelSmoothing = 0.1;

    private readonly ReidentificationNetwork network;
    private readonly World world;
    private readonly BatchHardTripletLoss tripletLoss;

    public Trainer(ReidentificationNetwork network, World world)
    {
        this.network = network;
        this.world = world;
        tripletLoss = new BatchHardTripletLoss(margin: 0.3);
    }

    /// <summary>Takes steps on batches of P individuals with K images of each, and prints the loss of each step.</summary>
    public void Run(int steps, int identities, int instances)
    {
        network.train();
        IEnumerable<Parameter> parameters = network.parameters().Where(parameter => parameter.requires_grad);
        using optim.Optimizer optimizer = optim.Adam(parameters, LearningRate, weight_decay: 5e-4);
        optim.lr_scheduler.LRScheduler scheduler = optim.lr_scheduler.LambdaLR(optimizer, step => Factor(step, steps));
        for (int step = 1; step <= steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Photograph[] photographs = world.Sample(identities, instances);
            Tensor labels = tensor(photographs.Select(photograph => (long)photograph.Identity).ToArray());

            optimizer.zero_grad();
            (Tensor features, Tensor logits) = network.ForwardForTraining(ToTensor(photographs));
            Tensor identityLoss = nn.functional.cross_entropy(logits, labels, label_smoothing: LabelSmoothing);
            Tensor loss = identityLoss + tripletLoss.forward(features, labels);
            loss.backward();
            optimizer.step();
            scheduler.step();
            Console.WriteLine(FormattableString.Invariant($"step {step}: loss {loss.item<float>():F6}"));
        }
    }

    /// <summary>Looks for each unseen individual: one photograph by each camera is a query, two are in the gallery.</summary>
    public RankingMetrics Validate(int seed)
    {
        using DisposeScope scope = NewDisposeScope();
        Photograph[] queries = world.PhotographUnseen(perCamera: 1, seed: ~seed);
        Photograph[] gallery = world.PhotographUnseen(perCamera: 2, seed: ~seed - 1);
        return RankingMetrics.Compute(Embed(ToTensor(queries)), queries, Embed(ToTensor(gallery)), gallery);
    }

    /// <summary>A hash of the embeddings of a fixed input, so that two programs can be compared bit for bit.</summary>
    public string HashOfOutput()
    {
        using DisposeScope scope = NewDisposeScope();
        long size = 2 * 3 * Camera.Height * Camera.Width;
        Tensor output = Embed(linspace(-1, 1, size).view(2, 3, Camera.Height, Camera.Width));
        return Convert.ToHexStringLower(SHA256.HashData(output.contiguous().bytes));
    }

    private Tensor Embed(Tensor images)
    {
        using IDisposable noGradient = no_grad();
        network.eval();
        return network.forward(images);
    }

    private static Tensor ToTensor(Photograph[] photographs)
    {
        long[] shape = new long[] { 3, Camera.Height, Camera.Width };
        return stack(photographs.Select(photograph => tensor(photograph.Pixels, shape)));
    }

    // Up over the first tenth of the steps, then down along half a cosine.
    private static double Factor(int step, int steps)
    {
        double warmUp = Math.Min(1, 10.0 * (step + 1) / steps);
        return warmUp * 0.5 * (1 + Math.Cos(Math.PI * step / steps));
    }
}
