using System.Diagnostics;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Training for long takes no more tensors and no more memory than training for a while.</summary>
public sealed class LeakTests
{
    private const int Settled = 1000;
    private const int Steps = 5000;

    // It is 1 MB. What a layer keeps for its backward, left behind at each step, would be 4 MB, a map 6 MB.
    private const double MostMegabytes = 3;

    [Theory]
    [InlineData("blended, scope")]
    [InlineData("blended, by hand")]
    [InlineData("drawn, scope")]
    [InlineData("drawn, by hand")]
    [InlineData("forward alone")]
    [InlineData("backward twice")]
    [InlineData("exceptions between")]
    public void ThousandsOfSteps_TakeNoMoreTensorsAndMemoryThanTheFirst(string kind)
    {
        var (exitCode, output, error) = ChildProcess.Run(nameof(LeakTests), kind);
        Assert.True(exitCode == 0, error);
        var counts = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(counts[0], counts[2]);
        Assert.True(counts[3] - counts[1] < MostMegabytes, $"from {counts[1]:F1} MB to {counts[3]:F1} MB");
    }

    /// <summary>
    /// Trains in this process, and tells of the live tensors and the megabytes after the steps in which memory settles,
    /// and after all.
    /// </summary>
    public static string Train(string kind)
    {
        manual_seed(1);
        using var net = new Net(kind.StartsWith("drawn", StringComparison.Ordinal));
        using var images = randn(2, 3, 4, 4);
        using var tooSmall = randn(3, 1, 1);
        Action step = kind switch
        {
            "forward alone" => () => net.forward(images).Dispose(),
            "backward twice" => () => net.StepByHand(images, backwards: 2),
            "exceptions between" => () => StepWithExceptions(net, images, tooSmall),
            _ when kind.EndsWith("scope", StringComparison.Ordinal) => () => net.StepInAScope(images),
            _ => () => net.StepByHand(images, backwards: 1),
        };
        var report = "";
        for (var i = 1; i <= Steps; i++)
        {
            step();
            if (i is Settled or Steps)
            {
                report += $"{LiveTensors.OfThisThread} {Megabytes().ToString(CultureInfo.InvariantCulture)} ";
            }
        }

        return report;
    }

    [Fact]
    public void OutputThatNobodyDisposes_IsAllThatAStepLeaves()
    {
        using var layer = pbn.PatchBatchNorm2d(3);
        using var x = randn(2, 3, 6, 6).requires_grad_();
        Step();
        var before = LiveTensors.OfThisThread;
        var outputs = Enumerable.Range(0, 20).Select(_ => Step()).ToList();
        Assert.Equal(before + 20, LiveTensors.OfThisThread);
        outputs.ForEach(output => output.Dispose());
        Assert.Equal(before, LiveTensors.OfThisThread);

        Tensor Step()
        {
            var y = layer.forward(x);
            using var loss = y.sum();
            loss.backward();
            return y;
        }
    }

    [Theory]
    [InlineData(PatchStatistics.Selected, PatchLayout.Even)]
    [InlineData(PatchStatistics.Blended, PatchLayout.Random)]
    [InlineData(PatchStatistics.Selected, PatchLayout.Fused)]
    public void AnyInput_LeavesNoTensorBehind(PatchStatistics statistics, PatchLayout layout)
    {
        using var layer = pbn.PatchBatchNorm2d(3, statistics: statistics, layout: layout, warmup_batches: 2);
        using var x = randn(2, 3, 7, 8).requires_grad_();
        using var half = x.detach().to(bfloat16).requires_grad_();
        using var transposed = x.detach().transpose(2, 3).requires_grad_();
        using var constant = x.detach();
        foreach (var input in (Tensor[])[x, half, transposed, constant])
        {
            // Past the warm-up, and until the engine's last gradients are of this input.
            for (var step = 0; step < 3; step++)
            {
                Step(input);
            }

            var before = LiveTensors.OfThisThread;
            for (var step = 0; step < 5; step++)
            {
                Step(input);
            }

            Assert.Equal(before, LiveTensors.OfThisThread);
        }

        void Step(Tensor input)
        {
            using var y = layer.forward(input);
            using var loss = y.sum();
            loss.backward();
        }
    }

    [Fact]
    public void FunctionalForm_LeavesNoTensorBehind()
    {
        using var x = randn(2, 3, 7, 8).requires_grad_();
        using var mean = zeros(3);
        using var variance = ones(3);
        Step();
        var before = LiveTensors.OfThisThread;
        for (var step = 0; step < 5; step++)
        {
            Step();
        }

        Assert.Equal(before, LiveTensors.OfThisThread);

        void Step()
        {
            using var y = pbn.functional.patch_batch_norm(x, mean, variance, training: true);
            using var loss = y.sum();
            loss.backward();
            using var evaluated = pbn.functional.patch_batch_norm(x, mean, variance);
        }
    }

    private static double Megabytes()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }

    private static void StepWithExceptions(Net net, Tensor images, Tensor tooSmall)
    {
        try
        {
            using var scope = NewDisposeScope();
            net.forward(tooSmall.unsqueeze(0));
            throw new InvalidOperationException("A patch of one value was not refused.");
        }
        catch (ArgumentException)
        {
            // As it should be.
        }

        try
        {
            using var scope = NewDisposeScope();
            net.forward(images).sum();
            throw new TimeoutException("From the user's own code, between forward and backward.");
        }
        catch (TimeoutException)
        {
            net.StepInAScope(images);
        }
    }

    /// <summary>Wide and small: what a layer keeps by channel is as large as its maps.</summary>
    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential layers;
        private readonly optim.Optimizer optimizer;

        public Net(bool drawn)
            : base(nameof(Net))
        {
            var norms = drawn
                ? (PatchBatchNorm2d[])
                [
                    pbn.PatchBatchNorm2d(12, statistics: PatchStatistics.Selected),
                    pbn.PatchBatchNorm2d(12, layout: PatchLayout.Random),
                    pbn.PatchBatchNorm2d(12, layout: PatchLayout.Fused),
                ]
                : [pbn.PatchBatchNorm2d(12), pbn.PatchBatchNorm2d(12), pbn.PatchBatchNorm2d(12, grid: (4, 4))];
            layers = nn.Sequential(
                nn.Conv2d(3, 12, 1), norms[0], nn.ReLU(), norms[1], nn.ReLU(), norms[2], nn.ReLU(inplace: true));
            RegisterComponents();
            optimizer = optim.SGD(parameters(), 0.01);
        }

        public override Tensor forward(Tensor input) => layers.forward(input);

        /// <summary>As TorchSharp's programs train.</summary>
        public void StepInAScope(Tensor images)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            forward(images).square().mean().backward();
            optimizer.step();
        }

        /// <summary>Without any scope; TorchSharp's own optimizers count on one.</summary>
        public void StepByHand(Tensor images, int backwards)
        {
            using var y = forward(images);
            using var squares = y.square();
            using var loss = squares.mean();
            for (var i = 1; i <= backwards; i++)
            {
                loss.backward(retain_graph: i < backwards);
            }

            using var noGradient = no_grad();
            foreach (var parameter in parameters())
            {
                using var gradient = parameter.grad!;
                using var change = gradient * 0.01;
                parameter.sub_(change);
                using var cleared = gradient.zero_();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                optimizer.Dispose();
                layers.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
