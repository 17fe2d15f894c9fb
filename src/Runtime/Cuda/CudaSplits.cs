using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>The splits of a forward as the kernels read them, on the GPU.</summary>
/// <param name="Numbers">Bytes: for each split <see cref="Size"/> 32-bit numbers, then a byte a channel, then a byte a pair.</param>
/// <param name="Size">
/// Numbers of a split: R, K, the row of patches of each row of the map, the column of patches of each of its columns, where
/// each row of patches begins and H, where each column begins and W.
/// </param>
/// <param name="TakesSecond">Where the bytes of the channels begin, which tell who takes the second split; 0 for none.</param>
/// <param name="Selected">Where those of the pairs begin, which tell who takes its own statistics alone; 0 for none.</param>
internal sealed record CudaSplits(Tensor Numbers, int Size, int TakesSecond, int Selected)
{
    private const int MostCached = 1000;

    private static readonly ConcurrentDictionary<(CudaDevice, nint Stream, int H, int W, int R, int K), CudaSplits> s_even = new();

    /// <summary>
    /// Brings splits to the GPU, without waiting for it. Even ones, which take no draws, stay there for the next forward.
    /// </summary>
    /// <param name="device">The GPU.</param>
    /// <param name="stream">The stream that they are used in.</param>
    /// <param name="maps">The maps, shape (N, C, H, W).</param>
    /// <param name="splits">The splits.</param>
    public static CudaSplits On(CudaDevice device, nint stream, Tensor maps, PatchSplits splits)
    {
        var cuts = splits.First.Cuts;
        var (channels, height, width) = ((int)maps.shape[1], (int)maps.shape[2], (int)maps.shape[3]);
        if (splits.Second is not null || splits.First.Selected is not null || !IsEven(cuts.Rows) || !IsEven(cuts.Columns))
        {
            return Upload();
        }

        // Nothing is ever written there again, so it does not matter who else uses it; those left go with the collector.
        var key = (device, stream, height, width, cuts.RowCount, cuts.ColumnCount);
        if (!s_even.TryGetValue(key, out var found))
        {
            found = Upload();
            found.Numbers.DetachFromDisposeScope();
            if (s_even.Count >= MostCached)
            {
                s_even.Clear();
            }

            s_even[key] = found;
        }

        return found;

        CudaSplits Upload()
        {
            var (bytes, size, takesSecond, selected) = Bytes(splits, channels, height, width);
            var numbers = empty([bytes.Length], ScalarType.Byte, maps.device);
            device.Upload(TensorMemory.Address(numbers), bytes, stream);
            return new CudaSplits(numbers, size, takesSecond, selected);
        }
    }

    private static (byte[] Bytes, int Size, int TakesSecond, int Selected) Bytes(
        PatchSplits splits, int channels, int height, int width)
    {
        PatchSplit[] all = splits.Second is null ? [splits.First] : [splits.First, splits.Second];
        var size = all.Max(split => 2 + height + width + split.Cuts.Rows.Length + split.Cuts.Columns.Length);
        var numbers = new int[all.Length * size];
        for (var i = 0; i < all.Length; i++)
        {
            Write(all[i].Cuts, numbers.AsSpan(i * size, size), height, width);
        }

        var takesSecond = splits.TakesSecond is null ? 0 : numbers.Length * sizeof(int);
        var selected = all.All(split => split.Selected is null) ? 0 : numbers.Length * sizeof(int) + channels;
        var bytes = new byte[numbers.Length * sizeof(int) + channels + (selected == 0 ? 0 : channels * splits.MostPatches)];
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(bytes);
        for (var channel = 0; channel < channels; channel++)
        {
            var split = splits.Of(channel);
            bytes[numbers.Length * sizeof(int) + channel] = (byte)(ReferenceEquals(split, splits.First) ? 0 : 1);
            for (var patch = 0; selected > 0 && patch < split.Cuts.Count; patch++)
            {
                bytes[selected + channel * splits.MostPatches + patch] = (byte)split.OwnWeightOf(channel, patch);
            }
        }

        return (bytes, size, takesSecond, selected);
    }

    private static void Write(PatchCuts cuts, Span<int> numbers, int height, int width)
    {
        (numbers[0], numbers[1]) = (cuts.RowCount, cuts.ColumnCount);
        var at = 2;
        WriteParts(cuts.Rows, numbers[at..]);
        WriteParts(cuts.Columns, numbers[(at += height)..]);
        cuts.Rows.CopyTo(numbers[(at += width)..]);
        cuts.Columns.CopyTo(numbers[(at + cuts.Rows.Length)..]);

        static void WriteParts(ReadOnlySpan<int> cuts, Span<int> partOf)
        {
            for (var part = 0; part + 1 < cuts.Length; part++)
            {
                partOf[cuts[part]..cuts[part + 1]].Fill(part);
            }
        }
    }

    private static bool IsEven(ReadOnlySpan<int> cuts)
    {
        for (var i = 0; i < cuts.Length; i++)
        {
            if (cuts[i] != (int)((long)i * cuts[^1] / (cuts.Length - 1)))
            {
                return false;
            }
        }

        return true;
    }
}
