using PbnRewriter.Runtime.Autograd;
using PbnRewriter.Runtime.Composed;
using static PbnRewriter.Runtime.Autograd.KernelTensors;
using static TorchSharp.torch;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>
/// The arithmetic of patch-aware batch normalization in training (arXiv 2304.02848) by the kernels for NVIDIA GPUs, with the
/// closed form of its gradients. Keeps the input and two numbers a patch for the backward.
/// </summary>
/// <param name="device">The GPU.</param>
internal sealed class CudaPatchBatchNorm(CudaDevice device) : IKernels
{
    private const int VectorSize = 16;

    /// <summary>Does what <see cref="TrainingForward.Apply"/> asks for, on a GPU.</summary>
    public static Tensor Apply(
        CudaDevice device,
        Tensor input,
        Tensor? weight,
        Tensor? bias,
        RunningStatistics? running,
        PatchSplits splits,
        double eps)
    {
        using var scope = NewDisposeScope();
        var x = IsDense(input) ? input : NormalizedLayout.Of(input);
        var (w, b) = (weight is null ? null : Plain(weight, ScalarType.Float32), bias is null ? null : Plain(bias, ScalarType.Float32));
        return KernelFunction.Apply(new CudaPatchBatchNorm(device), x, w, b, running, splits, eps)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Forward(
        Tensor x, Tensor? weight, Tensor? bias, RunningStatistics? running, KernelCall call, out Tensor kept)
    {
        using var scope = NewDisposeScope();
        var output = empty_like(x);

        // The kernels update buffers of float32 in place, and copies of others.
        var mean = running is null ? null : Plain(running.Mean, ScalarType.Float32);
        var variance = running is null ? null : Plain(running.Variance, ScalarType.Float32);
        kept = empty([x.shape[1], 2 * call.Splits.MostPatches + 2], ScalarType.Float64, x.device);
        var launches = new Launches(device, x, call, kept, weight, bias, maps: 1, writes: output);
        launches.Arguments.RunningMean = TensorMemory.Address(mean);
        launches.Arguments.RunningVar = TensorMemory.Address(variance);
        launches.Arguments.BatchWeight = running?.BatchWeight ?? 0;
        launches.Run("pbn_moments", "pbn_conclude_moments", "pbn_normalize", "pbn_forward_on_chip");
        if (running is not null)
        {
            CopyBack(mean!, running.Mean);
            CopyBack(variance!, running.Variance);
        }

        kept.MoveToOuterDisposeScope();
        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor?[] Gradients(
        Tensor x, Tensor? weight, Tensor? bias, Tensor kept, KernelCall call, Tensor outputGradient)
    {
        var dy = Like(x, outputGradient);
        Tensor?[] gradients = [Gradient(x), Gradient(weight), Gradient(bias)];
        var launches = new Launches(device, x, call, kept, weight, bias, maps: 2, writes: gradients[0], reads: dy);
        launches.Arguments.OutputGradient = TensorMemory.Address(dy);
        launches.Arguments.WeightGradient = TensorMemory.Address(gradients[1]);
        launches.Arguments.BiasGradient = TensorMemory.Address(gradients[2]);
        launches.Run("pbn_products", "pbn_conclude_products", "pbn_gradient", "pbn_backward_on_chip");
        return gradients;
    }

    /// <summary>Whether maps lie as NCHW or NHWC, with nothing between them.</summary>
    private static bool IsDense(Tensor maps) => maps.is_contiguous() || IsChannelsLast(maps);

    private static bool IsChannelsLast(Tensor maps)
    {
        var (shape, stride) = (maps.shape, maps.stride());
        return stride[1] == 1
            && stride[3] == shape[1]
            && stride[2] == shape[1] * shape[3]
            && stride[0] == shape[1] * shape[3] * shape[2];
    }

    /// <summary>A gradient of the maps' type that lies as they do.</summary>
    private static Tensor Like(Tensor maps, Tensor gradient)
    {
        if (gradient.dtype != maps.dtype)
        {
            gradient = gradient.to(maps.dtype);
        }

        if (maps.is_contiguous() ? gradient.is_contiguous() : IsChannelsLast(gradient))
        {
            return gradient;
        }

        return maps.is_contiguous()
            ? gradient.contiguous()
            : NormalizedLayout.ChannelsLast(gradient);
    }

    /// <summary>The launches of a forward or a backward.</summary>
    private sealed class Launches
    {
        private readonly CudaDevice _device;
        private readonly CudaPlan _plan;
        private readonly string _element;
        private readonly nint _stream;
        private readonly int _channels;
        private readonly int _patches;

        // In use until the kernels are queued, by their addresses alone, which keep no tensor from the finalizer; memory that
        // is freed then is used by later ones only.
        private readonly Tensor?[] _memory;

        /// <param name="device">The GPU.</param>
        /// <param name="x">The maps.</param>
        /// <param name="call">How they are normalized.</param>
        /// <param name="kept">What the forward writes and the backward reads.</param>
        /// <param name="weight">The affine weight, or null.</param>
        /// <param name="bias">The affine bias, or null.</param>
        /// <param name="maps">How many tensors of the maps' shape are read.</param>
        /// <param name="writes">The tensor of that shape that is written, or null where none is wanted.</param>
        /// <param name="reads">The other tensor of that shape that is read, or null.</param>
        public Launches(
            CudaDevice device,
            Tensor x,
            KernelCall call,
            Tensor kept,
            Tensor? weight,
            Tensor? bias,
            int maps,
            Tensor? writes,
            Tensor? reads = null)
        {
            var shape = x.shape;
            var channelsLast = !x.is_contiguous();
            _device = device;
            _element = CudaDevice.ElementOf(x.dtype)!;
            _stream = CudaStream.Current(Math.Max(x.device_index, 0));
            (_channels, _patches) = ((int)shape[1], call.Splits.MostPatches);
            _plan = CudaPlan.For(
                shape,
                channelsLast,
                (int)x.ElementSize,
                maps,
                new[] { x, writes, reads }.All(tensor => TensorMemory.Address(tensor) % VectorSize == 0),
                writes is not null,
                call.Splits,
                device.Limits);
            var splits = CudaSplits.On(device, _stream, x, call.Splits);
            var pairs = shape[1] * _patches;
            var partials = empty([pairs * _plan.Parts * 2], ScalarType.Float64, x.device);
            var coefficients = empty([pairs * 4], ScalarType.Float32, x.device);
            _memory = [x, writes, reads, kept, weight, bias, partials, coefficients, splits.Numbers];
            var numbers = TensorMemory.Address(splits.Numbers);
            Arguments = new CudaArguments
            {
                Input = TensorMemory.Address(x),
                Result = TensorMemory.Address(writes),
                Weight = TensorMemory.Address(weight),
                Bias = TensorMemory.Address(bias),
                Splits = numbers,
                TakesSecond = splits.TakesSecond == 0 ? 0 : numbers + splits.TakesSecond,
                Selected = splits.Selected == 0 ? 0 : numbers + splits.Selected,
                Partials = TensorMemory.Address(partials),
                Kept = TensorMemory.Address(kept),
                Coefficients = TensorMemory.Address(coefficients),
                OwnWeight = call.Splits.First.OwnWeight,
                Eps = call.Eps,
                Images = (int)shape[0],
                Channels = _channels,
                Height = (int)shape[2],
                Width = (int)shape[3],
                ChannelsLast = channelsLast ? 1 : 0,
                Patches = _patches,
                SplitSize = splits.Size,
                TileChannels = _plan.TileChannels,
                TileRows = _plan.TileRows,
                TileColumns = _plan.TileColumns,
                TileIsPatch = _plan.TileIsPatch ? 1 : 0,
                TilePatches = _plan.TilePatches,
                RunVectors = _plan.RunVectors,
                RunPitch = _plan.RunPitch,
                Plane = _plan.Plane,
                RoundPlaces = _plan.RoundPlaces,
                ImageLanes = _plan.ImageLanes,
                PairLanes = _plan.PairLanes,
                GroupImages = _plan.GroupImages,
                Groups = _plan.Groups,
                PartColumns = _plan.PartColumns,
                Parts = _plan.Parts,
            };
        }

        public CudaArguments Arguments;

        /// <summary>Launches the kernels of one way or the other, for all channels.</summary>
        public void Run(string reduce, string conclude, string write, string onChip)
        {
            var how = _plan.Lanes > 1 ? "vectors" : "elements";
            for (var channel = 0; channel < _channels; channel += _plan.LaunchChannels)
            {
                Arguments.FirstChannel = channel;
                Arguments.EndChannel = Math.Min(channel + _plan.LaunchChannels, _channels);
                var channels = Arguments.EndChannel - channel;
                Tiles(_plan.OnChip ? onChip : reduce, _plan.SharedBytes);
                Launch(conclude, (channels, 1), 32 * Math.Min(8, _patches), 0);
                if (!_plan.OnChip && Arguments.Result != 0)
                {
                    Tiles(write, 0);
                }

                void Tiles(string kernel, int sharedMemory) =>
                    Launch($"{kernel}_{how}", (_plan.Tiles(channels), _plan.Groups), _plan.Threads, sharedMemory);
            }

            Array.ForEach(_memory, GC.KeepAlive);

            void Launch(string kernel, (int, int) grid, int threads, int sharedMemory) =>
                _device.Launch(kernel, _element, grid, threads, sharedMemory, _stream, Arguments);
        }
    }
}
