using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Several threads at once, and torch's own threads: what is computed does not depend on them.</summary>
[Collection(nameof(Alone))]
public sealed class ThreadTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void EachThreadTrainingItsOwnNet_GetsTheNumbersOfOneThread(int threads)
    {
        var expected = Enumerable.Range(0, threads).Select(seed => OnOneThread(() => Train(seed))).ToList();
        var actual = AtOnce(threads, Train);
        for (var i = 0; i < threads; i++)
        {
            Assert.Equal(expected[i], actual[i]);
        }

        Assert.Equal(threads, expected.Select(bytes => Convert.ToHexString(bytes)).Distinct().Count());
    }

    [Fact]
    public void ThreadsThatShareALayerInEvaluation_EachGetTheirOwnOutput()
    {
        const int Threads = 9;
        using var layer = pbn.PatchBatchNorm2d(8);
        using (NewDisposeScope())
        {
            layer.forward(Values(99, 4, 8, 10, 10) * 3 + 1);
        }

        layer.eval();
        var state = Bytes([.. layer.state_dict().Values]);
        var expected = Enumerable.Range(0, Threads).Select(seed => OnOneThread(() => Evaluate(seed))).ToList();
        for (var round = 0; round < 5; round++)
        {
            Assert.Equal(expected, AtOnce(Threads, Evaluate));
        }

        Assert.Equal(state, Bytes([.. layer.state_dict().Values]));

        byte[] Evaluate(int seed)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return Bytes(layer.forward(Values(seed, 2, 8, 10, 10)));
        }
    }

    [Fact]
    public void ThreadThatRunsABackwardOfAnothersForward_GetsTheSameGradients()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (new Tensor[2], new Tensor[2]);
        for (var i = 0; i < 2; i++)
        {
            x[i] = Values(1, 4, 8, 10, 10).requires_grad_();
            y[i] = pbn.PatchBatchNorm2d(8).forward(x[i]).square();
        }

        y[0].sum().backward();
        OnOneThread(() =>
        {
            using var own = NewDisposeScope();
            y[1].sum().backward();
            return 0;
        });
        Expect.SameBits(x[0].grad!, x[1].grad!);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(24, 5)]
    public void OneThreadOfTorch_GivesTheNumbersOfMany(int channels, int images)
    {
        var many = OnOneThread(() => Gradients(4, channels, images));
        var one = OnOneThread(() => Gradients(1, channels, images));
        Assert.Equal(one, OnOneThread(() => Gradients(1, channels, images)));
        Assert.Equal(many, OnOneThread(() => Gradients(4, channels, images)));
        Expect.Close(one, many, 1e-5);

        static double[] Gradients(int threads, int channels, int images)
        {
            var before = get_num_threads();
            set_num_threads(threads);
            try
            {
                Assert.Equal(threads, get_num_threads());
                using var scope = NewDisposeScope();
                using var layer = pbn.PatchBatchNorm2d(channels, grid: (3, 2));
                var x = Values(3, images, channels, 31, 29).requires_grad_();
                var y = layer.forward(x);
                y.backward([Values(4, images, channels, 31, 29)]);
                return [.. new[] { y, x.grad!, layer.weight!.grad!, layer.running_var! }.SelectMany(Expect.Values)];
            }
            finally
            {
                set_num_threads(before);
            }
        }
    }

    /// <summary>Trains a small net on data of its own, and returns all that it then holds.</summary>
    private static byte[] Train(int seed)
    {
        using var scope = NewDisposeScope();
        using var first = pbn.PatchBatchNorm2d(4, grid: (2, 3), global_weight: 0.3);
        using var second = pbn.PatchBatchNorm2d(6, grid: (4, 4));
        var kernel = Values(100 + seed, 6, 4, 1, 1).requires_grad_();
        Tensor[] parameters = [first.weight!, first.bias!, kernel, second.weight!, second.bias!];
        for (var step = 0; step < 12; step++)
        {
            using var ofStep = NewDisposeScope();
            var x = Values(1000 * seed + step, 3, 4, 11, 9) * 2 + seed;
            var hidden = nn.functional.relu(first.forward(x));
            var mixed = einsum("oc,nchw->nohw", kernel.view(6, 4), hidden);
            second.forward(mixed).square().mean().backward();
            using var noGradient = no_grad();
            foreach (var parameter in parameters)
            {
                parameter.sub_(parameter.grad! * 0.1);
                parameter.grad!.zero_();
            }
        }

        return Bytes([.. parameters, first.running_mean!, first.running_var!, second.running_var!]);
    }

    private static List<T> AtOnce<T>(int threads, Func<int, T> work)
    {
        using var start = new Barrier(threads);
        var results = new T[threads];
        var errors = new Exception?[threads];
        var running = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                results[i] = work(i);
            }
            catch (Exception error)
            {
                errors[i] = error;
            }
        })).ToList();
        running.ForEach(thread => thread.Start());
        running.ForEach(thread => thread.Join());
        Assert.All(errors, Assert.Null);
        return [.. results];
    }

    private static T OnOneThread<T>(Func<T> work) => AtOnce(1, _ => work())[0];

    private static Tensor Values(int seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    private static byte[] Bytes(params Tensor[] tensors) =>
        [.. tensors.SelectMany(tensor => tensor.detach().contiguous().bytes.ToArray())];
}
