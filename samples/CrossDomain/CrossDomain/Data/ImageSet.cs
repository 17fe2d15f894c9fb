using TorchSharp;
using static TorchSharp.torch;

namespace CrossDomain.Data;

/// <summary>Images of one or more domains with their classes.</summary>
/// <param name="Images">Shape (N, 3, H, W), uint8.</param>
/// <param name="Labels">Shape (N), int64: positions in the list of classes that was asked for.</param>
internal sealed record ImageSet(Tensor Images, Tensor Labels) : IDisposable
{
    public int Count => (int)Labels.shape[0];

    /// <param name="pixels">Image after image, each by channel, row and column.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="size">Height and width of an image.</param>
    public static ImageSet Of(byte[] pixels, long[] labels, int size) =>
        new(tensor(pixels, [labels.Length, 3, size, size], dtype: uint8), tensor(labels, [labels.Length], dtype: int64));

    /// <summary>All images of several sets, one set after the other.</summary>
    public static ImageSet Joined(IReadOnlyList<ImageSet> sets) =>
        new(cat([.. sets.Select(set => set.Images)]), cat([.. sets.Select(set => set.Labels)]));

    /// <summary>The images at some positions as a network takes them: float32, about -2 to 2.</summary>
    public (Tensor Input, Tensor Labels) Batch(ReadOnlySpan<long> positions, Device device)
    {
        using var scope = NewDisposeScope();
        var index = tensor(positions.ToArray());
        var input = (Images.index_select(0, index).to(device).to(float32) / 255 - 0.5) / 0.25;
        var labels = Labels.index_select(0, index).to(device);
        return (input.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
