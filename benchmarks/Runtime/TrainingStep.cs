using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Benchmarks;

/// <summary>A training step of ResNet-18 with one or the other layer: its time, and the memory that it takes.</summary>
internal static class TrainingStep
{
    private const long TimedBatch = 8;
    private const long MeasuredBatch = 32;
    private const long Size = 224;

    /// <summary>Prints the ratios of a step's time and peak memory.</summary>
    public static void Run(int rounds)
    {
        using (var plain = new Trainer(Layer.BatchNorm2d))
        using (var patch = new Trainer(Layer.PatchBatchNorm2d))
        {
            var times = Interleaved.Medians(
                rounds, () => [Milliseconds(plain)], () => [Milliseconds(patch)]);
            Print(TimedBatch, "time", times[1][0], times[0][0], "ms");
        }

        // A process each, as memory that one of them gave back to the allocator would serve the other.
        var peaks = Enumerable.Range(0, 5)
            .Select(_ => (Plain: Peak(Layer.BatchNorm2d), Patch: Peak(Layer.PatchBatchNorm2d)))
            .ToList();
        Print(
            MeasuredBatch,
            "memory",
            Interleaved.Median(peaks.Select(peak => peak.Patch)) / 1e6,
            Interleaved.Median(peaks.Select(peak => peak.Plain)) / 1e6,
            "MB");
    }

    /// <summary>
    /// Takes a training step and prints by how much the process's resident memory rises in it at the most, in bytes.
    /// </summary>
    public static void PrintPeak(Layer layer)
    {
        using var trainer = new Trainer(layer);
        using var process = Process.GetCurrentProcess();

        // Small steps first: what is compiled and loaded at the first use is no memory of the step.
        for (var step = 0; step < 40; step++)
        {
            trainer.Step(2, 64);
        }

        Thread.Sleep(300);
        trainer.Step(2, 64);
        GC.Collect();
        process.Refresh();
        var before = process.WorkingSet64;
        trainer.Step(MeasuredBatch, Size);
        process.Refresh();
        Console.WriteLine(process.PeakWorkingSet64 - before);
    }

    private static double Milliseconds(Trainer trainer) =>
        Interleaved.Milliseconds(() => trainer.Step(TimedBatch, Size));

    private static double Peak(Layer layer)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };

        // Has glibc give all but small blocks back as they are freed, so that the peak is of what was in use.
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
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

    private static void Print(long batch, string what, double patch, double plain, string unit) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"ResNet-18, a training step of {batch} images of {Size}x{Size}, grid 2x2, {what}: {patch / plain:F3} of BatchNorm2d's "
        + $"({patch:F0} {unit} to {plain:F0} {unit})."));

    private sealed class Trainer : IDisposable
    {
        private readonly ResNet18 _model;
        private readonly optim.Optimizer _optimizer;

        public Trainer(Layer layer)
        {
            _model = new ResNet18(layer == Layer.BatchNorm2d
                ? channels => nn.BatchNorm2d(channels)
                : channels => pbn.PatchBatchNorm2d(channels, grid: (2, 2)));
            _optimizer = optim.SGD(_model.parameters(), 0.01, momentum: 0.9);
        }

        public void Step(long batch, long size)
        {
            using var scope = NewDisposeScope();
            var (images, labels) = (randn(batch, 3, size, size), randint(1000, [batch]));
            _optimizer.zero_grad();
            nn.functional.cross_entropy(_model.forward(images), labels).backward();
            _optimizer.step();
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _model.Dispose();
        }
    }
}
