using System.CommandLine;
using System.Globalization;
using PbnRewriter.Runtime.Benchmarks;
using static TorchSharp.torch;

var rounds = new Option<int>("--rounds")
{
    Description = "How often each contender is timed at a shape.",
    DefaultValueFactory = _ => 60,
};
var peakMemory = new Option<Layer?>("--peak-memory")
{
    Description = "Only take a training step with this layer and print how much memory it takes, in bytes.",
};
var map = new Option<string?>("--map")
{
    Description = "Only the maps of this shape, as the table writes it (2048x7x7, say), and no training step.",
};
map.AcceptOnlyFromAmong(LayerBenchmark.Maps);
var command = new RootCommand("Times PatchBatchNorm2d against BatchNorm2d and the released code's way, on the CPU.")
{
    rounds,
    map,
    peakMemory,
};
command.SetAction(result =>
{
    if (result.GetValue(peakMemory) is { } layer)
    {
        TrainingStep.PrintPeak(layer);
        return;
    }

    var cpu = File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[1]
        : null;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{DateTime.UtcNow:yyyy-MM-dd}, {cpu ?? "unknown CPU"}, {Environment.ProcessorCount} cores, {get_num_threads()} threads, "
        + $".NET {Environment.Version}, TorchSharp {typeof(Tensor).Assembly.GetName().Version}, float32, medians of {result.GetValue(rounds)} interleaved runs."));
    Heap.KeepFreedMemory();
    LayerBenchmark.Run(result.GetValue(rounds), result.GetValue(map));
    if (result.GetValue(map) is null)
    {
        Console.WriteLine();
        TrainingStep.Run(Math.Max(3, result.GetValue(rounds) / 2));
    }
});
return command.Parse(args).Invoke();
