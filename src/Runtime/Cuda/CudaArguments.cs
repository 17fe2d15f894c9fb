using System.Runtime.InteropServices;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>What every kernel is given: <c>Arguments</c> of patch_batch_norm.cu, which explains the fields.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CudaArguments
{
    public nint Input;
    public nint OutputGradient;
    public nint Result;
    public nint Weight;
    public nint Bias;
    public nint RunningMean;
    public nint RunningVar;
    public nint WeightGradient;
    public nint BiasGradient;
    public nint Splits;
    public nint TakesSecond;
    public nint Selected;
    public nint Partials;
    public nint Kept;
    public nint Coefficients;
    public double OwnWeight;
    public double BatchWeight;
    public double Eps;
    public int Images;
    public int Channels;
    public int Height;
    public int Width;
    public int ChannelsLast;
    public int Patches;
    public int SplitSize;
    public int FirstChannel;
    public int EndChannel;
    public int TileChannels;
    public int TileRows;
    public int TileColumns;
    public int TileIsPatch;
    public int TilePatches;
    public int RunVectors;
    public int RunPitch;
    public int Plane;
    public int RoundPlaces;
    public int ImageLanes;
    public int PairLanes;
    public int GroupImages;
    public int Groups;
    public int PartColumns;
    public int Parts;
}
