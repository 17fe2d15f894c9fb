using System.Diagnostics;
using CrossDomain.Data;
using CrossDomain.Networks;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CrossDomain.Training;

/// <summary>Trains and tests networks. Of a seed, every variant sees the same first weights, images, and order.</summary>
internal sealed class Trainer(Settings settings) : IDisposable
{
    private const int TestBatch = 256;

    private readonly IImageSource source = IImageSource.Open(settings.Data, settings.ImageSize);
    private readonly Device device = torch.device(settings.Device);
    private readonly Dictionary<string, NetworkLibrary> libraries = new(StringComparer.Ordinal);
    private readonly Dictionary<ImageQuery, ImageSet> images = [];

    public JobResult Run(Job job)
    {
        var watch = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        if (!libraries.TryGetValue(job.Library, out var library))
        {
            libraries[job.Library] = library = NetworkLibrary.Load(job.Library);
        }

        ForgetOtherSeeds(job);
        random.manual_seed(job.Seed);
        using var network = library.Create(settings.Network, ClassesOf(job).Count);
        Load(network, job.Load);
        network.to(device);

        var loss = Train(network, library, job);
        if (job.Save is not null)
        {
            // A stop in the middle leaves no half of a checkpoint under its name.
            network.to(CPU);
            network.save(job.Save + ".part");
            File.Move(job.Save + ".part", job.Save, overwrite: true);
            network.to(device);
        }

        network.eval();
        var domains = job.Phase == Phase.Final ? settings.Sources.Concat(settings.HeldOut) : settings.Sources;
        var accuracies = domains.ToDictionary(domain => domain, domain => Test(network, TestImages(job, domain)));
        return new JobResult(double.IsFinite(loss) ? loss : null, watch.Elapsed.TotalSeconds, accuracies);
    }

    public void Dispose()
    {
        foreach (var set in images.Values)
        {
            set.Dispose();
        }
    }

    private static void Load(Module<Tensor, Tensor> network, string? checkpoint)
    {
        if (checkpoint is null)
        {
            return;
        }

        try
        {
            network.load(checkpoint, strict: true, skip: ["fc.weight", "fc.bias"]);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InputException($"{checkpoint} does not hold the state_dict of the network, as TorchSharp's save writes it: {error.Message}");
        }
    }

    private IReadOnlyList<string> ClassesOf(Job job) => job.Phase == Phase.Pretraining ? settings.PretrainingClasses : settings.Classes;

    private double Train(Module<Tensor, Tensor> network, NetworkLibrary library, Job job)
    {
        using var train = ImageSet.Joined([.. settings.Sources.Select(domain => Images(job, domain, Split.Train, settings.TrainImages))]);
        if (train.Count < settings.Batch)
        {
            throw new InputException($"The source domains have {train.Count} images to train with, fewer than a batch of {settings.Batch}. Give a smaller --batch.");
        }

        var steps = job.Phase == Phase.Pretraining ? settings.PretrainingSteps : settings.Steps;
        using var optimizer = optim.SGD(network.parameters(), job.LearningRate, momentum: 0.9, weight_decay: 5e-4);
        var order = new Order(train.Count, settings.Batch, job.Seed);
        var (lossSum, lossCount) = (0.0, 0);
        network.train();
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            if (step == job.FreezeAt)
            {
                library.Freeze(network);
            }

            foreach (var group in optimizer.ParamGroups)
            {
                group.LearningRate = LearningRate(job.LearningRate, step, steps);
            }

            var (input, labels) = train.Batch(order.Next(), device);
            if (!source.DrawsImages)
            {
                input = Augmented(input, order.Random);
            }

            optimizer.zero_grad();
            var loss = functional.cross_entropy(network.forward(input), labels);
            loss.backward();
            optimizer.step();
            if (step >= steps - Math.Max(1, steps / 10))
            {
                lossSum += loss.item<float>();
                lossCount++;
            }
        }

        return lossCount == 0 ? 0 : lossSum / lossCount;
    }

    /// <summary>Rises over the first twentieth of the steps, then falls along half a cosine (Loshchilov and Hutter, arXiv 1608.03983).</summary>
    private static double LearningRate(double highest, int step, int steps) =>
        highest * Math.Min(1, (step + 1) / Math.Max(1, steps * 0.05)) * 0.5 * (1 + Math.Cos(Math.PI * step / steps));

    /// <summary>Mirrored by a fair coin, and cut to between 0.8 and 1 of height and width, anywhere.</summary>
    private Tensor Augmented(Tensor input, Random random)
    {
        var count = (int)input.shape[0];
        var matrices = new float[count * 6];
        for (var i = 0; i < count; i++)
        {
            var scale = 0.8f + 0.2f * random.NextSingle();
            var (x, y) = ((1 - scale) * (2 * random.NextSingle() - 1), (1 - scale) * (2 * random.NextSingle() - 1));
            float[] matrix = [random.Next(2) == 0 ? scale : -scale, 0, x, 0, scale, y];
            matrix.CopyTo(matrices, i * 6);
        }

        var grid = functional.affine_grid(tensor(matrices, [count, 2, 3], device: device), input.shape, align_corners: false);
        return functional.grid_sample(input, grid, padding_mode: GridSamplePaddingMode.Border, align_corners: false);
    }

    private ImageSet TestImages(Job job, string domain) =>
        Images(job, domain, settings.HeldOut.Contains(domain, StringComparer.Ordinal) ? Split.All : Split.Test, settings.TestImages);

    private double Test(Module<Tensor, Tensor> network, ImageSet test)
    {
        using var noGradient = no_grad();
        var right = 0L;
        for (var first = 0; first < test.Count; first += TestBatch)
        {
            using var scope = NewDisposeScope();
            var positions = Enumerable.Range(first, Math.Min(TestBatch, test.Count - first)).Select(i => (long)i).ToArray();
            var (input, labels) = test.Batch(positions, device);
            right += network.forward(input).argmax(1).eq(labels).sum().item<long>();
        }

        return (double)right / test.Count;
    }

    private ImageSet Images(Job job, string domain, Split split, int most)
    {
        var query = new ImageQuery(domain, ClassesOf(job), job.Phase, split, SeedOfImages(job), most);
        if (!images.TryGetValue(query, out var set))
        {
            images[query] = set = source.Images(query);
            set.Images.DetachFromDisposeScope();
            set.Labels.DetachFromDisposeScope();
        }

        return set;
    }

    private int SeedOfImages(Job job) => source.DrawsImages ? job.Seed : 0;

    /// <summary>The jobs of a seed follow one another, so that one seed's images are held at a time.</summary>
    private void ForgetOtherSeeds(Job job)
    {
        foreach (var (query, set) in images.Where(each => each.Key.Seed != SeedOfImages(job) || each.Key.Phase != job.Phase).ToList())
        {
            set.Dispose();
            images.Remove(query);
        }
    }

    /// <summary>Batches of positions: every image once, in an order of the seed's, and again in another.</summary>
    private sealed class Order(int count, int batch, int seed)
    {
        private readonly long[] positions = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        private int? next;

        public Random Random { get; } = new(seed);

        public ReadOnlySpan<long> Next()
        {
            if (next is not { } first || first + batch > positions.Length)
            {
                Random.Shuffle(positions);
                first = 0;
            }

            next = first + batch;
            return positions.AsSpan(first, batch);
        }
    }
}
