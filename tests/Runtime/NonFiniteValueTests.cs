using CsCheck;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>
/// What one value that is no finite number does: nothing outside its patch, but to the running statistics.
/// </summary>
public sealed class NonFiniteValueTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void AnyValue_LeavesTheBitsOfAllOtherPatches(ScalarType dtype) =>
        Sample(dtype, places => places.Seed % places.Count);

    // Which sums must not be relative to.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void FirstValueOfAChannel_LeavesTheBitsOfAllOtherPatches(ScalarType dtype) => Sample(dtype, _ => 0);

    private static void Sample(ScalarType dtype, Func<(long Count, int Seed), long> place) => Gen.Select(
        Situation.Trainable.Where(situation => situation.Batch.N * situation.Batch.H * situation.Batch.W > 1),
        Gen.OneOf(Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity), Gen.Const(double.NegativeInfinity)),
        Gen.Int[0, int.MaxValue],
        Gen.Int[0, 1000])
        .Sample(
            (any, value, seed, channelSeed) =>
            {
                using var scope = NewDisposeScope();
                var format = any.Format == MapFormat.Expanded ? MapFormat.Contiguous : any.Format;
                var batch = any.Batch with { GlobalWeight = 0 };
                var situation = new Situation(batch, format, any.GradientFormat, 0, 0, 0.1);

                // Where it lies: image, channel, row and column.
                var at = place((batch.N * batch.H * batch.W, seed));
                var (n, c) = (at / (batch.H * batch.W), channelSeed % batch.C);
                var (h, w) = (at / batch.W % batch.H, at % batch.W);
                var (top, bottom) = Strip(h, batch.H, batch.Grid.Rows);
                var (left, right) = Strip(w, batch.W, batch.Grid.Columns);

                var clean = Train(situation, dtype, _ => { });
                var dirty = Train(situation, dtype, x => x[n, c, h, w] = tensor(value, dtype));
                foreach (var (expected, actual) in ((Tensor, Tensor)[])[(clean.Y, dirty.Y), (clean.Dx, dirty.Dx)])
                {
                    using var mask = zeros(batch.Shape, ScalarType.Bool);
                    Patch(mask).copy_(tensor(true));
                    Assert.False(Patch(actual).isfinite().any().item<bool>());
                    Expect.SameBitsOutside(mask, expected, actual);
                }

                // In the running statistics as with BatchNorm2d: none of this channel is finite, no other is touched.
                var (_, plain) = situation.Layers(dtype);
                var plainX = situation.Input(dtype).detach();
                plainX[n, c, h, w] = tensor(value, dtype);
                plain.forward(plainX);
                Assert.False(dirty.Mean[c].isfinite().item<bool>());
                Assert.False(dirty.Variance[c].isfinite().item<bool>());
                Assert.Equal(Finite(plain.running_mean!), Finite(dirty.Mean));
                Assert.Equal(Finite(plain.running_var!), Finite(dirty.Variance));
                for (var other = 0; other < batch.C; other++)
                {
                    if (other != c)
                    {
                        Expect.SameBits(clean.Mean[other], dirty.Mean[other]);
                        Expect.SameBits(clean.Variance[other], dirty.Variance[other]);
                    }
                }

                Tensor Patch(Tensor maps) =>
                    maps.select(1, c).narrow(1, top, bottom - top).narrow(2, left, right - left);
            },
            iter: 120);

    private static (Tensor Y, Tensor Dx, Tensor Mean, Tensor Variance) Train(
        Situation situation, ScalarType dtype, Action<Tensor> change)
    {
        var (layer, _) = situation.Layers(dtype);
        var x = situation.Input(dtype).detach();
        change(x);
        var y = layer.forward(x.requires_grad_());
        y.backward([situation.OutputGradient(dtype)]);
        return (y, x.grad!, layer.running_mean!.clone(), layer.running_var!.clone());
    }

    private static bool[] Finite(Tensor tensor) => [.. Expect.Values(tensor).Select(double.IsFinite)];

    /// <summary>From where to where the strip of a position goes.</summary>
    private static (long From, long To) Strip(long position, long length, int parts)
    {
        var count = Math.Min(parts, length);
        var strip = ((position + 1) * count - 1) / length;
        return (strip * length / count, (strip + 1) * length / count);
    }
}
