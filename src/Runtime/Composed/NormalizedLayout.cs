using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Composed;

/// <summary>The memory format that batch normalization gives its output.</summary>
internal static class NormalizedLayout
{
    /// <summary>
    /// The input itself where it lies densely as NCHW or channels_last; else a copy in the one that its strides
    /// suggest, as torch's batch normalization chooses for its output.
    /// </summary>
    /// <param name="input">A tensor of shape (N, C, H, W).</param>
    public static Tensor Of(Tensor input)
    {
        if (input.is_contiguous())
        {
            return input;
        }

        return IsChannelsLast(input) ? ChannelsLast(input) : input.contiguous();
    }

    /// <summary>An output that lies as NCHW, in the memory format that <see cref="Of"/> gives an input.</summary>
    /// <param name="output">What was computed from <paramref name="input"/>, of its shape, contiguous.</param>
    /// <param name="input">A tensor of shape (N, C, H, W), which is not copied to find out.</param>
    public static Tensor OfOutput(Tensor output, Tensor input) =>
        !input.is_contiguous() && IsChannelsLast(input) ? ChannelsLast(output) : output;

    /// <summary>
    /// The output in the memory format of the input. It mostly is already; elementwise operations that broadcast choose
    /// another where an axis of size 1 leaves the order open.
    /// </summary>
    /// <param name="output">What was computed from <paramref name="input"/>, of its shape.</param>
    /// <param name="input">What <see cref="Of"/> gave.</param>
    public static Tensor Match(Tensor output, Tensor input)
    {
        if (output.stride().AsSpan().SequenceEqual(input.stride()))
        {
            return output;
        }

        return input.is_contiguous() ? output.contiguous() : ChannelsLast(output);
    }

    /// <summary>The tensor as channels_last. No copy is made of what already lies so.</summary>
    public static Tensor ChannelsLast(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// Whether strides are those of channels_last, by the rule of c10 (<c>is_channels_last_strides_2d</c>): growing in
    /// the order C, W, H, N; NCHW where both readings fit.
    /// </summary>
    private static bool IsChannelsLast(Tensor input)
    {
        const int Channels = 1;
        var (shape, stride) = (input.shape, input.stride());
        if (stride[Channels] == 0)
        {
            return false;
        }

        long least = 0;
        foreach (var axis in (ReadOnlySpan<int>)[Channels, 3, 2, 0])
        {
            if (stride[axis] < least || (axis == 0 && least == stride[Channels]))
            {
                return false;
            }

            least = shape[axis] > 1 ? stride[axis] * shape[axis] : stride[axis];
        }

        return true;
    }
}
