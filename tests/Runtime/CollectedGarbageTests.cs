using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Training while the finalizer takes what nobody holds any more, as it does in any long run.</summary>
[Collection(nameof(Alone))]
public sealed class CollectedGarbageTests
{
    [Fact]
    public void TrainingForwards_CountTheirBatchesWhateverIsCollected()
    {
        using var layer = pbn.PatchBatchNorm2d(1);
        using var x = randn(2, 1, 2, 2);
        var end = DateTime.UtcNow.AddSeconds(4);
        var collecting = new Thread(() =>
        {
            while (DateTime.UtcNow < end)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collecting.Start();
        var forwards = 0L;
        try
        {
            using var noGradient = no_grad();
            for (; DateTime.UtcNow < end; forwards++)
            {
                layer.forward(x).Dispose();
            }
        }
        finally
        {
            end = DateTime.MinValue;
            collecting.Join();
        }

        Assert.Equal(forwards, layer.num_batches_tracked!.item<long>());
    }
}
