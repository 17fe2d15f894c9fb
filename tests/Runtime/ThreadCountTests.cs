using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>How many threads torch has decides how the kernels split the work, and not what comes out.</summary>
[Collection(nameof(Alone))]
public sealed class ThreadCountTests
{
    // At least eight values a patch of unit-sized spread, so that 1e-12 is a matter of sums alone and not of what a
    // nearly constant patch makes of their rounding.
    private static readonly Gen<Situation> Situations = Situation.Trainable
        .Where(situation => situation.SmallestPatch >= 8 && situation.Format != MapFormat.Expanded)
        .Select(situation => situation with { ChannelOffset = 0, PatchOffset = 0, Eps = 1e-3 });

    [Fact]
    public void OneTwoOrThreeThreads_GiveTheSameResults() => Gen.Select(
        Situations, Gen.Enum<PatchLayout>(), Gen.Enum<PatchStatistics>())
        .Sample(
            (situation, layout, statistics) =>
            {
                using var scope = NewDisposeScope();
                var batch = situation.Batch;
                var splits = PatchSplits.Draw(batch.Shape, batch.Grid, layout, statistics, batch.GlobalWeight);
                if (splits.SmallestArea * batch.N < 8)
                {
                    return;
                }

                var expected = ResultsWith(1, situation, splits);
                foreach (var threads in (int[])[2, 3])
                {
                    var actual = ResultsWith(threads, situation, splits);
                    for (var i = 0; i < expected.Length; i++)
                    {
                        Expect.Close(expected[i], actual[i], 1e-12, $"result {i} of {threads} threads");
                    }
                }
            },
            iter: 100,
            threads: 1);

    /// <summary>Output, gradients of input, weight and bias, and the running statistics.</summary>
    private static Tensor[] ResultsWith(int threads, Situation situation, PatchSplits splits)
    {
        var before = get_num_threads();
        set_num_threads(threads);
        try
        {
            Assert.Equal(threads, get_num_threads());
            var (layer, _) = situation.Layers(ScalarType.Float64);
            var x = situation.Input(ScalarType.Float64).detach().requires_grad_();
            var running = new RunningStatistics(layer.running_mean!, layer.running_var!, 0.3);
            var y = TrainingForward.Apply(x, layer.weight, layer.bias, running, splits, situation.Eps);
            y.backward([situation.OutputGradient(ScalarType.Float64)]);

            // Copies of what is the layer's, which goes with it.
            return
            [
                y,
                x.grad!,
                layer.weight!.grad!.clone(),
                layer.bias!.grad!.clone(),
                layer.running_mean!.clone(),
                layer.running_var!.clone(),
            ];
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
