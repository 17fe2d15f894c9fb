using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>Comparisons of tensors whose failure says where and by how much they differ.</summary>
internal static class Expect
{
    public static void Close(Tensor? expected, Tensor? actual, double tolerance, string what = "tensor")
    {
        Assert.NotNull(expected);
        Assert.NotNull(actual);
        Assert.Equal(expected.shape, actual.shape);
        Close(Values(expected), Values(actual), tolerance, what);
    }

    /// <summary>Close relative to the larger of 1 and the expected size; NaN and infinities match themselves.</summary>
    public static void Close(double[] expected, double[] actual, double tolerance, string what = "tensor")
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var same = expected[i].Equals(actual[i])
                || Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            if (!same)
            {
                Assert.Fail($"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}, tolerance {tolerance}");
            }
        }
    }

    /// <summary>Within the error that the reference allows each value.</summary>
    public static void Within(Bounded expected, Tensor? actual, string what)
    {
        Assert.NotNull(actual);
        var values = Values(actual);
        Assert.Equal(expected.Values.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            var (value, error) = (expected.Values[i], expected.Errors[i]);
            if (!(Math.Abs(value - values[i]) <= error))
            {
                Assert.Fail(
                    $"{what}[{i}]: expected {value:R}, got {values[i]:R}, apart {value - values[i]:G3} of {error:G3}");
            }
        }
    }

    public static void SameBits(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.contiguous().bytes.ToArray(), actual.contiguous().bytes.ToArray());
    }

    /// <summary>The same type and bits at all places but some.</summary>
    public static void SameBitsOutside(Tensor places, Tensor expected, Tensor actual)
    {
        // Not masked_fill: the number that it takes may be finalized while torch reads it.
        using var others = places.logical_not();
        SameBits(expected.masked_select(others), actual.masked_select(others));
    }

    /// <summary>The same state_dict: keys in order, types, shapes and bits.</summary>
    public static void SameState(nn.Module expected, nn.Module actual) => SameState(expected.state_dict(), actual);

    /// <summary>The same state_dict: keys in order, types, shapes and bits.</summary>
    public static void SameState(Dictionary<string, Tensor> expected, nn.Module actual)
    {
        var state = actual.state_dict();
        Assert.Equal(expected.Keys, state.Keys);
        Assert.All(expected, entry => SameBits(entry.Value, state[entry.Key]));
    }

    public static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
