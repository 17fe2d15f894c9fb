using System.Numerics;

namespace PbnRewriter.Runtime.Cuda;

/// <summary>
/// How the work of a forward or a backward is cut into tiles and launches; patch_batch_norm.cu explains the words.
/// benchmarks/Cuda/plan.py has the same in Python, and a test compares them.
/// </summary>
internal sealed record CudaPlan
{
    private const int VectorSize = 16;
    private const int WarpSize = 32;

    /// <summary>The most threads of a block, of the kernels by two passes and of those on chip.</summary>
    private const int PassThreads = 256, ChipThreads = 512;

    /// <summary>The most places of a tile by two passes, where it can be chosen, and that where a place is one value.</summary>
    private const int PassPlaces = 256, PassElements = 1024;

    /// <summary>The fewest values of a place that a thread adds up, where there are as many, and the most, as it adds in float32.</summary>
    private const int FewestImages = 8, MostImages = 64;

    /// <summary>Bytes of the two sums of a lane of a place, and those that all sums may have: what every GPU gives a block.</summary>
    private const int SumSize = 2 * sizeof(float), SumMemory = 48 * 1024;

    /// <summary>How long the reading of a launch takes at least, where several have the second read come from the cache.</summary>
    private const double LaunchMicroseconds = 10;

    /// <summary>Whether a block's values stay in shared memory, so that each is read once.</summary>
    public bool OnChip { get; private init; }

    /// <summary>The values of a place: as 16 bytes hold, or 1.</summary>
    public int Lanes { get; private init; }

    /// <summary>The channels of a launch; the last one may have fewer.</summary>
    public int LaunchChannels { get; private set; }

    /// <summary>The channels of a tile.</summary>
    public int TileChannels { get; private init; }

    /// <summary>The rows of a tile, which where a tile is a patch are the most.</summary>
    public int TileRows { get; private init; }

    /// <summary>The columns of a tile, likewise.</summary>
    public int TileColumns { get; private init; }

    /// <summary>Whether a tile is one patch.</summary>
    public bool TileIsPatch { get; private init; }

    /// <summary>The most patches of a channel that a tile touches.</summary>
    public int TilePatches { get; private init; }

    /// <summary>Places of a run of a tile.</summary>
    public int RunVectors { get; private set; }

    /// <summary>From run to run in the sums of places.</summary>
    public int RunPitch { get; private set; }

    /// <summary>From lane to lane of a place in the sums of places.</summary>
    public int Plane { get; private set; }

    /// <summary>Threads of a block, a multiple of 32.</summary>
    public int Threads { get; private set; }

    /// <summary>Places that a block works at at once.</summary>
    public int RoundPlaces { get; private set; }

    /// <summary>Threads that share a place.</summary>
    public int ImageLanes { get; private set; }

    /// <summary>Threads that add up a pair.</summary>
    public int PairLanes { get; private set; }

    /// <summary>Images of a group.</summary>
    public int GroupImages { get; private set; }

    /// <summary>Groups of images.</summary>
    public int Groups { get; private set; }

    /// <summary>Shared memory of a block, in bytes.</summary>
    public int SharedBytes { get; private set; }

    /// <summary>Tiles of a map: of a channel, or of as many channels as a tile has.</summary>
    public int MapTiles { get; private init; }

    /// <summary>The most tiles down a column of the map that have values of a patch.</summary>
    public int PartRows { get; private init; } = 1;

    /// <summary>The most tiles along a row of the map that have values of a patch.</summary>
    public int PartColumns { get; private init; } = 1;

    /// <summary>The most parts of a pair.</summary>
    public int Parts => PartRows * PartColumns * Groups;

    /// <summary>The tiles of some channels.</summary>
    public int Tiles(int channels) => Divided(channels, TileChannels) * MapTiles;

    /// <summary>Plans.</summary>
    /// <param name="shape">The shape (N, C, H, W) of the maps, no size 0, an image of less than 2^31 values.</param>
    /// <param name="channelsLast">Whether they lie as NHWC.</param>
    /// <param name="elementSize">Bytes of a value, 2 or 4.</param>
    /// <param name="maps">How many tensors of that shape are read: 1 forward, 2 backward.</param>
    /// <param name="isAligned">Whether each of them begins at a multiple of 16 bytes.</param>
    /// <param name="writes">Whether a tensor of that shape is written too; else only sums are wanted.</param>
    /// <param name="splits">Where the maps are cut.</param>
    /// <param name="limits">What the GPU has.</param>
    public static CudaPlan For(
        ReadOnlySpan<long> shape,
        bool channelsLast,
        int elementSize,
        int maps,
        bool isAligned,
        bool writes,
        PatchSplits splits,
        CudaLimits limits)
    {
        var maker = new Maker(
            (int)shape[0],
            (int)shape[1],
            (int)shape[2],
            (int)shape[3],
            channelsLast,
            elementSize,
            maps,
            splits,
            limits);
        var lanes = VectorSize / elementSize;
        var inOneImage = channelsLast ? shape[1] : shape[1] * shape[2] * shape[3];
        if (!isAligned || inOneImage % lanes != 0)
        {
            return maker.TwoPasses(1);
        }

        return (writes ? maker.OnChip(lanes) : null) ?? maker.TwoPasses(lanes);
    }

    private static int Divided(int whole, int size) => (whole + size - 1) / size;

    private static int RoundedUp(int value, int multiple) => Divided(value, multiple) * multiple;

    private static int CommonDivisor(int a, int b) => (int)BigInteger.GreatestCommonDivisor(a, b);

    private delegate ReadOnlySpan<int> Axis(PatchCuts cuts);

    private sealed class Maker(
        int images,
        int channels,
        int height,
        int width,
        bool channelsLast,
        int elementSize,
        int maps,
        PatchSplits splits,
        CudaLimits limits)
    {
        private readonly int _area = height * width;

        /// <summary>
        /// Tiles of all images that fit into shared memory: of some channels as a whole, or else of a patch. Null where
        /// none fits, or where there are too few of them to keep the GPU busy.
        /// </summary>
        public CudaPlan? OnChip(int lanes)
        {
            // Channels that fill whole vectors, and whole sectors of memory (32 bytes).
            var unit = channelsLast ? Math.Min(channels, 2 * lanes) : Math.Min(channels, lanes / CommonDivisor(_area, lanes));
            var whole = OnChip(Tile(unit, height, width));
            if (whole is not null && whole.SharedBytes <= limits.SharedMemory / 2)
            {
                // As large as lets four blocks share a multiprocessor, and as keeps all of them busy.
                for (var more = 2 * unit; more <= channels; more += unit)
                {
                    if (OnChip(Tile(more, height, width)) is not { } larger
                        || larger.SharedBytes > limits.SharedMemory / 4
                        || larger.Tiles(channels) < 4 * limits.Multiprocessors)
                    {
                        break;
                    }

                    whole = larger;
                }

                return whole;
            }

            // A patch is at the same place in all channels of a tile only where there is one split, and its rows should be
            // sectors of memory at least.
            var (rows, columns) = (
                Most(cuts => cuts.Rows, (from, to) => to - from), Most(cuts => cuts.Columns, (from, to) => to - from));
            var fits = channelsLast ? splits.Second is null : columns * elementSize >= 32;
            return (fits ? OnChip(Tile(channelsLast ? unit : 1, rows, columns, isPatch: true)) : null) ?? whole;

            CudaPlan Tile(int tileChannels, int rows, int columns, bool isPatch = false) => new()
            {
                OnChip = true,
                Lanes = lanes,
                LaunchChannels = channels,
                TileChannels = tileChannels,
                TileRows = rows,
                TileColumns = columns,
                TileIsPatch = isPatch,
                TilePatches = isPatch ? 1 : splits.MostPatches,
                MapTiles = isPatch ? splits.MostPatches : 1,
            };
        }

        /// <summary>Tiles by which moments are added up and then, by another launch, values are written.</summary>
        public CudaPlan TwoPasses(int lanes)
        {
            var most = lanes == 1 ? PassElements : PassPlaces * lanes;
            var (tileChannels, rows, columns) = (1, height, width);
            if (channelsLast)
            {
                // A stretch of 128 bytes of channels; as many positions as there is room for, by whole rows or within one.
                tileChannels = Math.Min(channels, 128 / elementSize);
                var positions = Math.Max(1, most / tileChannels);
                (rows, columns) = width <= positions
                    ? (Evenly(height, positions / width), width)
                    : (1, Evenly(width, positions));
            }
            else if (_area <= most)
            {
                tileChannels = WholeVectors(Math.Min(channels, most / _area), _area, lanes);
            }
            else if (width <= most)
            {
                rows = WholeVectors(Evenly(height, most / width), width, lanes);
            }
            else
            {
                (rows, columns) = (1, most);
            }

            var plan = new CudaPlan
            {
                Lanes = lanes,
                TileChannels = tileChannels,
                TileRows = rows,
                TileColumns = columns,
                TilePatches = Touched(cuts => cuts.Rows, rows) * Touched(cuts => cuts.Columns, columns),
                MapTiles = Divided(height, rows) * Divided(width, columns),
                PartRows = Most(cuts => cuts.Rows, (from, to) => (to - 1) / rows - from / rows + 1),
                PartColumns = Most(cuts => cuts.Columns, (from, to) => (to - 1) / columns - from / columns + 1),
            };

            // Where all does not stay in the L2 cache until the second pass, as many channels as do: if they take memory long
            // enough that more launches cost less than the cache saves.
            var ofChannel = (long)images * _area * elementSize * maps;
            var inCache = limits.Cache * 2L / 5 / ofChannel / tileChannels * tileChannels;
            var stays = ofChannel * channels <= limits.Cache / 2;
            var pays = limits.Bandwidth > 0 && inCache * ofChannel / (limits.Bandwidth / 1e6) >= LaunchMicroseconds;
            plan.LaunchChannels = !stays && inCache > 0 && pays ? (int)Math.Min(inCache, channels) : channels;

            Arrange(plan);
            var places = Runs(plan) * plan.RunVectors;
            plan.Threads = PassThreads;
            if (places > PassThreads)
            {
                plan.Threads = RoundedUp(Divided(places, Divided(places, PassThreads)), WarpSize);
            }

            Share(plan, places);

            // Enough blocks to fill the GPU a few times, by groups of images that are not too small.
            var blocks = 16 * limits.Multiprocessors;
            var least = Divided(images, MostImages * plan.ImageLanes);
            var groups = Math.Max(least, Math.Min(
                Divided(blocks, plan.Tiles(plan.LaunchChannels)), images / (FewestImages * plan.ImageLanes)));
            plan.GroupImages = Divided(images, Math.Clamp(groups, 1, ushort.MaxValue));
            plan.Groups = Divided(images, plan.GroupImages);
            plan.SharedBytes = plan.SumBytes();
            return plan;
        }

        private CudaPlan? OnChip(CudaPlan plan)
        {
            Arrange(plan);
            var places = Runs(plan) * plan.RunVectors;
            var values = (long)maps * images * places * VectorSize;
            if (values > limits.SharedMemory)
            {
                return null;
            }

            // A block that has a multiprocessor for itself has more threads, if there is room for their sums.
            plan.GroupImages = images;
            plan.Groups = 1;
            foreach (var threads in (ReadOnlySpan<int>)[ChipThreads, PassThreads])
            {
                if (threads == ChipThreads && values <= limits.SharedMemory / 2)
                {
                    continue;
                }

                plan.Threads = threads;
                Share(plan, places);
                plan.SharedBytes = plan.SumBytes() + (int)values;
                if (plan.SharedBytes <= limits.SharedMemory)
                {
                    return Divided(images, plan.ImageLanes) <= 2 * MostImages && plan.Tiles(channels) >= limits.Multiprocessors / 2
                        ? plan
                        : null;
                }
            }

            return null;
        }

        /// <summary>Where the runs of a tile are, and the sums of their places.</summary>
        private void Arrange(CudaPlan plan)
        {
            var lanes = plan.Lanes;
            if (channelsLast)
            {
                plan.RunVectors = plan.TileChannels / lanes;
            }
            else if (IsOneRun(plan))
            {
                // Where the tiles of a map begin with a vector, or anywhere.
                var length = plan.TileChannels * plan.TileRows * width;
                var isAligned = plan.TileRows == height
                    ? length % lanes == 0
                    : _area % lanes == 0 && plan.TileRows * width % lanes == 0;
                plan.RunVectors = Divided(isAligned ? length : length + lanes - 1, lanes);
            }
            else
            {
                // Where a row of the map is whole vectors, it is known which of them have values of a row of a patch.
                plan.RunVectors = plan.TileIsPatch && width % lanes == 0
                    ? Most(cuts => cuts.Columns, (from, to) => Divided(to, lanes) - from / lanes)
                    : Divided(plan.TileColumns + lanes - 1, lanes);
            }

            var runs = Runs(plan);
            plan.RunPitch = runs > 1 ? plan.RunVectors | 1 : plan.RunVectors;
            plan.Plane = RoundedUp(runs * plan.RunPitch, WarpSize) + WarpSize / lanes % WarpSize;
        }

        /// <summary>How threads share the places of a tile, and then the pairs.</summary>
        private void Share(CudaPlan plan, int places)
        {
            plan.RoundPlaces = Math.Min(places, plan.Threads);
            var room = SumMemory / (SumSize * plan.Lanes * plan.Plane);
            plan.ImageLanes = Math.Clamp(Math.Min(plan.Threads / plan.RoundPlaces, room), 1, images);
            plan.PairLanes = WarpSize;
            while (plan.PairLanes > 1 && plan.TileChannels * plan.TilePatches * plan.PairLanes > plan.Threads)
            {
                plan.PairLanes /= 2;
            }
        }

        /// <summary>The most patches along an axis that a strip of it touches.</summary>
        private int Touched(Axis axis, int size)
        {
            return Math.Max(Of(splits.First), splits.Second is null ? 0 : Of(splits.Second));

            int Of(PatchSplit split)
            {
                var cuts = axis(split.Cuts);
                var most = 0;
                for (var from = 0; from < cuts[^1]; from += size)
                {
                    var count = 0;
                    for (var i = 0; i + 1 < cuts.Length; i++)
                    {
                        count += cuts[i] < from + size && cuts[i + 1] > from ? 1 : 0;
                    }

                    most = Math.Max(most, count);
                }

                return most;
            }
        }

        /// <summary>The most of something that a row or column of patches has, from where it begins to its end.</summary>
        private int Most(Axis axis, Func<int, int, int> count)
        {
            return Math.Max(Of(splits.First), splits.Second is null ? 0 : Of(splits.Second));

            int Of(PatchSplit split)
            {
                var cuts = axis(split.Cuts);
                var most = 0;
                for (var i = 0; i + 1 < cuts.Length; i++)
                {
                    most = Math.Max(most, count(cuts[i], cuts[i + 1]));
                }

                return most;
            }
        }

        private bool IsOneRun(CudaPlan plan) => !channelsLast && !plan.TileIsPatch && plan.TileColumns == width;

        private int Runs(CudaPlan plan) =>
            channelsLast ? plan.TileRows * plan.TileColumns : IsOneRun(plan) ? 1 : plan.TileRows;

        /// <summary>The size of as few parts as are no larger than a size, all about alike.</summary>
        private static int Evenly(int whole, int most) => Divided(whole, Divided(whole, most));

        /// <summary>As many strips as are whole vectors together, at most so many; if there are such.</summary>
        private static int WholeVectors(int most, int strip, int lanes)
        {
            var multiple = lanes / CommonDivisor(strip, lanes);
            return most < multiple ? most : most / multiple * multiple;
        }
    }

    private int SumBytes() => SumSize * Lanes * ImageLanes * Plane;
}
