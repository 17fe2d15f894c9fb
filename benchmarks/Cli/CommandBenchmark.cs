namespace PbnRewriter.Cli.Benchmarks;

internal static class CommandBenchmark
{
    public static void Run(int pairs)
    {
        _ = pairs;
    }
}
