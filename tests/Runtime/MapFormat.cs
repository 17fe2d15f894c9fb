using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Tests;

/// <summary>How a tensor of shape (N, C, H, W) lies in memory.</summary>
internal enum MapFormat
{
    Contiguous,
    ChannelsLast,

    /// <summary>W before H in memory.</summary>
    Transposed,

    /// <summary>A part of larger maps.</summary>
    Crop,

    /// <summary>All images are the first one, in the same place.</summary>
    Expanded,
}

internal static class MapFormats
{
    /// <summary>The values in this format; all those of the first image where it is expanded.</summary>
    public static Tensor Arrange(this MapFormat format, Tensor maps)
    {
        switch (format)
        {
            case MapFormat.ChannelsLast:
                return maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

            case MapFormat.Transposed:
                return maps.transpose(2, 3).contiguous().transpose(2, 3);

            case MapFormat.Crop:
                var (height, width) = (maps.shape[2], maps.shape[3]);
                var larger = zeros([maps.shape[0], maps.shape[1], height + 3, width + 2], maps.dtype);
                var crop = larger.narrow(2, 1, height).narrow(3, 2, width);
                crop.copy_(maps);
                return crop;

            case MapFormat.Expanded when maps.shape[0] > 0:
                return maps.narrow(0, 0, 1).expand(maps.shape);

            default:
                return maps.contiguous();
        }
    }
}
