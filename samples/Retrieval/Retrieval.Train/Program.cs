using Retrieval.Data;
using Retrieval.Models;
using static TorchSharp.torch;

namespace Retrieval.Train;

internal static class Program
{
    private static int Main(string[] args)
    {
        Options options;
        try
        {
            options = Options.Parse(args);
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine(Options.Usage);
            return 2;
        }

        random.manual_seed(options.Seed);
        using ReidentificationNetwork network = new ReidentificationNetwork(Options.TrainedIdentities);
        Console.WriteLine($"model ReidentificationNetwork, normalization layers initialized: {network.InitializedNorms}");
        if (options.LoadPath != null && !TryLoad(network, options.LoadPath))
        {
            return 2;
        }

        World world = new World(options.Seed, Options.TrainedIdentities, Options.UnseenIdentities);
        Trainer trainer = new Trainer(network, world);
        trainer.Run(options.Steps, options.Identities, options.Instances);
        RankingMetrics metrics = trainer.Validate(options.Seed);
        Console.WriteLine(FormattableString.Invariant(
            $"validation mAP {metrics.MeanAveragePrecision:F3}, rank-1 {metrics.Rank1:F3}"));

        if (options.SavePath != null)
        {
            network.save(options.SavePath);
        }

        if (options.Keys)
        {
            foreach (string key in network.state_dict().Keys)
            {
                Console.WriteLine(key);
            }
        }

        if (options.Evaluate)
        {
            Console.WriteLine($"evaluation sha256 {trainer.HashOfOutput()}");
        }

        return 0;
    }

    private static bool TryLoad(ReidentificationNetwork network, string path)
    {
        try
        {
            network.load(path);
            return true;
        }
        catch (Exception error) when (error is ArgumentException
            or FormatException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} is no checkpoint of this network: {error.Message}");
            return false;
        }
    }
}
