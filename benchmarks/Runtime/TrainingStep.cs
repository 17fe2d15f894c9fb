using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>A training step of ResNet-18 with one or the other layer: its time, and the memory that it takes.</summary>
internal static class TrainingStep
{
    private const long Batch = 8;
    private const long Size = 224;

    /// <summary>Prints the ratios of a step's time and peak memory.</summary>
    public static void Run(int rounds)
    {
        using (var plain = new Trainer(Layer.BatchNorm2d))
        using (var patch = new Trainer(Layer.PatchBatchNorm2d))
        {
            var times = Interleaved.Medians(
                rounds, () => [Interleaved.Milliseconds(plain.Step)], () => [Interleaved.Milliseconds(patch.Step)]);
            Print("time", times[1][0], times[0][0], "ms");
        }

        // A process each, as memory that one of them gave back to the allocator would serve the other.
        var peaks = Enumerable.Range(0, 5)
            .Select(_ => (Plain: Peak(Layer.BatchNorm2d), Patch: Peak(Layer.PatchBatchNorm2d)))
            .ToList();
        Print(
            "peak memory of the process",
            Interleaved.Median(peaks.Select(peak => peak.Patch)) / 1e6,
            Interleaved.Median(peaks.Select(peak => peak.Plain)) / 1e6,
            "MB");
    }

    /// <summary>Takes a few steps and prints the peak of the process's resident memory, in bytes.</summary>
    public static void PrintPeak(Layer layer)
    {
        using (var trainer = new Trainer(layer))
        {
            for (var step = 0; step < 4; step++)
            {
                trainer.Step();
            }
        }

        using var process = Process.GetCurrentProcess();
        Console.WriteLine(process.PeakWorkingSet64);
    }

    private static double Peak(Layer layer)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(TrainingStep).Assembly.Location);
        }

        start.ArgumentList.Add("--peak-memory");
        start.ArgumentList.Add(layer.ToString());
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(output, CultureInfo.InvariantCulture);
    }

    private static void Print(string what, double patch, double plain, string unit) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"ResNet-18, a training step of {Batch} images of {Size}x{Size}, grid 2x2, {what}: {patch / plain:F3} of BatchNorm2d's "
        + $"({patch:F0} {unit} to {plain:F0} {unit})."));

    private sealed class Trainer : IDisposable
    {
        private readonly ResNet18 _model;
        private readonly optim.Optimizer _optimizer;
        private readonly Tensor _images = randn(Batch, 3, Size, Size);
        private readonly Tensor _labels = randint(1000, [Batch]);

        public Trainer(Layer layer)
        {
            _model = new ResNet18(layer == Layer.BatchNorm2d
                ? channels => nn.BatchNorm2d(channels)
                : channels => pbn.PatchBatchNorm2d(channels, grid: (2, 2)));
            _optimizer = optim.SGD(_model.parameters(), 0.01, momentum: 0.9);
        }

        public void Step()
        {
            using var scope = NewDisposeScope();
            _optimizer.zero_grad();
            nn.functional.cross_entropy(_model.forward(_images), _labels).backward();
            _optimizer.step();
        }

        public void Dispose()
        {
            _images.Dispose();
            _labels.Dispose();
            _optimizer.Dispose();
            _model.Dispose();
        }
    }
}
