// Patch-aware batch normalization in training (arXiv 2304.02848) on a GPU, forward and backward. docs/runtime.md has the
// formula, docs/performance.md which bytes each way moves.
//
// Maps lie densely in memory, as NCHW or NHWC, so an image is a row of channels * height * width elements and all images
// have the same element at the same index. That is what the kernels are built on:
//
//   place    a vector of 16 bytes of an image (or one element, where maps are not aligned so), at the same index of each.
//            A thread stays at a place and goes through images. What belongs to a place's lanes (channel, patch and the
//            numbers of the patch) it looks up once, and in its loop only loads, computes and stores vectors. Neighboring
//            threads have neighboring places, so a warp's loads are one stretch of memory. Patches of any width, in
//            either format, are then no concern of the loops.
//   tile     the places of a block: some channels, rows and columns. A block goes through a group of the images; where it
//            has more threads than its tile has places, several threads ("lanes" of images) share a place.
//   pair     a patch of a channel. Sums of the lanes of places are added up to those of the pairs that a tile touches,
//            then by a second kernel over all tiles and groups ("parts"), always in the same order: no atomics.
//
// Two ways:
//
//   two passes   pbn_moments reads x, pbn_conclude_moments makes its parts into statistics, pbn_normalize reads x and
//                writes y. Backward, pbn_products reads x and dy, pbn_conclude_products makes coefficients, pbn_gradient
//                reads both and writes dx. A launch takes a range of the channels, so that what the first pass read is still
//                in the L2 cache for the second.
//   on chip      Where the values of some channels, or of one patch, fit into a block's shared memory,
//                pbn_forward_on_chip reads x once and writes y, and pbn_backward_on_chip reads x and dy once and writes dx.
//                The same pbn_conclude_... kernels follow, for what needs all patches of a channel.
//
// Values are float32, float16 or bfloat16, arithmetic is float32; sums over places, and all by pair, are float64.

#ifdef __CUDA__
#include "device.h"
#else
#include "host.h"
#endif

// What every kernel is given. CudaArguments.cs has the same fields in the same order; a null pointer is "there is none".
struct Arguments
{
    const void* input;                // x, (N, C, H, W)
    const void* output_gradient;      // dy, (N, C, H, W)
    void* result;                     // y or dx, (N, C, H, W)
    const float* weight;              // (C), or null for 1
    const float* bias;                // (C), or null for 0
    float* running_mean;              // (C), or null
    float* running_var;               // (C), or null
    float* weight_gradient;           // (C), or null
    float* bias_gradient;             // (C), or null
    const int* splits;                // where maps are cut; see Split
    const unsigned char* takes_second;  // (C): whether a channel takes the second split; null where there is one
    const unsigned char* selected;    // (C, P): whether a patch takes its own statistics alone or the running ones; or null
    double* partials;                 // (C, P, parts, 2): what a part knows of a pair
    double* kept;                     // (C, 2P + 2): means, 1/deviations, running mean and variance from before the batch
    float* coefficients;              // (C, P, 4): what an elementwise pass needs of a pair
    double own_weight;                // the weight of a patch's own statistics where none is selected
    double batch_weight;              // the weight of the batch in the running statistics
    double eps;                       // added to the variance
    int images;                       // N
    int channels;                     // C
    int height;                       // H
    int width;                        // W
    int channels_last;                // whether maps lie as NHWC
    int patches;                      // P: the most patches of a split
    int split_size;                   // numbers of a split in splits
    int first_channel;                // the channels of this launch
    int end_channel;
    int tile_channels;                // the size of a tile
    int tile_rows;
    int tile_columns;
    int tile_is_patch;                // whether a tile is one patch, of any size, of tile_channels
    int tile_patches;                 // the most patches of a channel that a tile touches
    int run_vectors;                  // places of a run of a tile; see Tile
    int run_pitch;                    // from run to run in the sums
    int plane;                        // from lane to lane of a vector in the sums
    int round_places;                 // places that a block works at at once
    int image_lanes;                  // threads that share a place
    int pair_lanes;                   // threads that add up a pair, a power of two, at most 32
    int group_images;                 // images of a group
    int groups;                       // groups of images
    int part_columns;                 // the most tiles along a row of the map that have values of a patch
    int parts;                        // the most parts of a pair: tiles that have values of it, by groups of images
};

// --- Types of elements ----------------------------------------------------------------------------------------------

// Each has elements in memory of a size, and gets and sets the lanes of a vector of 16 bytes as float32.

DEVICE float as_float(unsigned int bits)
{
    union { unsigned int bits; float value; } both = {bits};
    return both.value;
}

DEVICE unsigned int as_bits(float value)
{
    union { float value; unsigned int bits; } both = {value};
    return both.bits;
}

struct Float32
{
    typedef float Element;
    static MEMBER float widen(Element element) { return element; }
    static MEMBER Element narrow(float value) { return value; }
    static MEMBER float get(Words words, int i) { return as_float(words[i]); }
    static MEMBER void set(Words& words, int i, float value) { words[i] = as_bits(value); }
};

template <class T> struct TwoToAWord
{
    typedef unsigned short Element;
    static MEMBER float get(Words words, int i) { return T::widen((Element)(words[i / 2] >> 16 * (i % 2))); }
    static MEMBER void set(Words& words, int i, float value) { words[i / 2] |= (unsigned int)T::narrow(value) << 16 * (i % 2); }
};

struct Float16 : TwoToAWord<Float16>
{
    static MEMBER float widen(Element element) { return widen_half(element); }
    static MEMBER Element narrow(float value) { return narrow_half(value); }
};

// The upper half of a float32.
struct BFloat16 : TwoToAWord<BFloat16>
{
    static MEMBER float widen(Element element) { return as_float((unsigned int)element << 16); }

    // To the nearest, of two to the even one; what is no number stays none.
    static MEMBER Element narrow(float value)
    {
        unsigned int bits = as_bits(value);
        return value != value ? 0x7fc0 : (Element)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
};

// V elements of memory: 16 bytes, or one element.
template <class T, int V> struct Vector
{
    typedef Words Raw;

    static MEMBER void widen(Raw raw, float (&values)[V])
    {
#pragma unroll
        for (int i = 0; i < V; i++)
        {
            values[i] = T::get(raw, i);
        }
    }

    static MEMBER Raw narrow(const float (&values)[V])
    {
        Raw raw = {0, 0, 0, 0};
#pragma unroll
        for (int i = 0; i < V; i++)
        {
            T::set(raw, i, values[i]);
        }

        return raw;
    }
};

template <class T> struct Vector<T, 1>
{
    typedef typename T::Element Raw;

    static MEMBER void widen(Raw raw, float (&values)[1]) { values[0] = T::widen(raw); }
    static MEMBER Raw narrow(const float (&values)[1]) { return T::narrow(values[0]); }
};

// --- Where things are -----------------------------------------------------------------------------------------------

// One way to cut maps: R rows and K columns of patches, the row of patches of each row of the map, the column of patches of
// each of its columns, where each row of patches begins and the height, where each column begins and the width.
struct Split
{
    const int* numbers;
    const int* row_of;
    const int* column_of;
    const int* rows;
    const int* columns;

    MEMBER Split(const Arguments& a, int channel)
    {
        bool is_second = a.takes_second && a.takes_second[channel];
        numbers = a.splits + (is_second ? a.split_size : 0);
        row_of = numbers + 2;
        column_of = row_of + a.height;
        rows = column_of + a.width;
        columns = rows + row_count() + 1;
    }

    MEMBER int row_count() const { return numbers[0]; }
    MEMBER int column_count() const { return numbers[1]; }
    MEMBER int count() const { return row_count() * column_count(); }
    MEMBER int patch(int row, int column) const { return row * column_count() + column; }
};

DEVICE int smaller(int a, int b) { return a < b ? a : b; }
DEVICE int larger(int a, int b) { return a > b ? a : b; }
DEVICE int parts_of(int whole, int size) { return (whole + size - 1) / size; }

// The index of an element in an image, which has less than 2^31.
DEVICE int element(const Arguments& a, int channel, int row, int column)
{
    return a.channels_last
        ? (row * a.width + column) * a.channels + channel
        : (channel * a.height + row) * a.width + column;
}

DEVICE long long image_size(const Arguments& a) { return (long long)a.channels * a.height * a.width; }

// The number of a part: the tile, counted from the one that the patch begins in, and the group.
DEVICE int part_of(const Arguments& a, int tiles_down, int tiles_across, int group)
{
    return (tiles_down * a.part_columns + tiles_across) * a.groups + group;
}

// The channels, rows and columns of this block, and the images that it goes through. In memory a tile is one or more runs of
// elements that follow each other: all of it, where a tile of NCHW maps has whole rows and is no patch; else a run is a row of
// it, or in NHWC maps the channels of a position. The places of a run are the vectors that have elements of it; the first and the last
// may have others too.
struct Tile
{
    int channel, channels;
    int top, bottom, left, right;
    int first_image, end_image;
    int start, length, runs, run_columns, row_step, column_step;

    MEMBER Tile(const Arguments& a)
    {
        int number = block_x();
        if (a.tile_is_patch)
        {
            channel = a.first_channel + number / a.patches * a.tile_channels;
            const Split split(a, channel);
            int patch = number % a.patches, row = patch / split.column_count(), column = patch % split.column_count();
            bool exists = patch < split.count();
            top = exists ? split.rows[row] : 0;
            bottom = exists ? split.rows[row + 1] : 0;
            left = exists ? split.columns[column] : 0;
            right = exists ? split.columns[column + 1] : 0;
        }
        else
        {
            int across = parts_of(a.width, a.tile_columns), down = parts_of(a.height, a.tile_rows);
            int of_map = number % (across * down);
            channel = a.first_channel + number / (across * down) * a.tile_channels;
            top = of_map / across * a.tile_rows;
            left = of_map % across * a.tile_columns;
            bottom = smaller(top + a.tile_rows, a.height);
            right = smaller(left + a.tile_columns, a.width);
        }

        channels = smaller(a.tile_channels, a.end_channel - channel);
        first_image = block_y() * a.group_images;
        end_image = smaller(first_image + a.group_images, a.images);
        start = element(a, channel, top, left);
        if (a.channels_last)
        {
            runs = (bottom - top) * (right - left);
            run_columns = right - left;
            length = channels;
            row_step = a.width * a.channels;
            column_step = a.channels;
        }
        else
        {
            bool is_one_run = !a.tile_is_patch && right - left == a.width;
            runs = is_one_run ? 1 : bottom - top;
            run_columns = 1;
            length = is_one_run ? channels * (bottom - top) * a.width : right - left;
            row_step = a.width;
            column_step = 0;
        }
    }

    // Which part of a pair it has: of a patch that begins at a row and a column.
    MEMBER int part(const Arguments& a, int patch_top, int patch_left) const
    {
        return a.tile_is_patch ? 0 : part_of(
            a, top / a.tile_rows - patch_top / a.tile_rows, left / a.tile_columns - patch_left / a.tile_columns, block_y());
    }

    MEMBER bool is_empty() const { return bottom == top; }
    MEMBER int run_start(int run) const { return start + run / run_columns * row_step + run % run_columns * column_step; }

    // The run of one of the tile's elements.
    MEMBER int run_of(int row, int column) const
    {
        return runs == 1 ? 0 : (row - top) * run_columns + (run_columns == 1 ? 0 : column - left);
    }
};

// The channel and patch of one lane of a place after the other.
struct Cursor
{
    int channel, row, column;
    int patch, patch_top, patch_left, patch_right;

    MEMBER Cursor(const Arguments& a, int index)
    {
        if (a.channels_last)
        {
            int position = index / a.channels;
            channel = index - position * a.channels;
            row = position / a.width;
            column = position - row * a.width;
        }
        else
        {
            int line = index / a.width;
            column = index - line * a.width;
            channel = line / a.height;
            row = line - channel * a.height;
        }

        locate(a);
    }

    // Goes on to the next element in memory; returns whether it is of another pair.
    MEMBER bool next(const Arguments& a)
    {
        if (a.channels_last)
        {
            channel++;
            if (a.takes_second)
            {
                locate(a);
            }

            return true;
        }

        if (++column < patch_right)
        {
            return false;
        }

        if (column == a.width)
        {
            column = 0;
            if (++row == a.height)
            {
                row = 0;
                channel++;
            }
        }

        locate(a);
        return true;
    }

    MEMBER void locate(const Arguments& a)
    {
        const Split split(a, channel);
        int row_of_patches = split.row_of[row], column_of_patches = split.column_of[column];
        patch = split.patch(row_of_patches, column_of_patches);
        patch_top = split.rows[row_of_patches];
        patch_left = split.columns[column_of_patches];
        patch_right = split.columns[column_of_patches + 1];
    }
};

DEVICE long long pair_of(const Arguments& a, int channel, int patch) { return (long long)channel * a.patches + patch; }

DEVICE double* partial_of(const Arguments& a, int channel, int patch, int part)
{
    return a.partials + (pair_of(a, channel, patch) * a.parts + part) * 2;
}

DEVICE double* means_of(const Arguments& a, int channel) { return a.kept + (2LL * a.patches + 2) * channel; }

// What a tile's sums of a pair are relative to: the pair's first value in it, so that neither a mean far from 0 nor what lies
// in other patches costs accuracy.
template <class T>
DEVICE float origin_of(const Arguments& a, const Tile& tile, int channel, int patch_top, int patch_left)
{
    int first = element(a, channel, larger(tile.top, patch_top), larger(tile.left, patch_left));
    return T::widen(((const typename T::Element*)a.input)[tile.first_image * image_size(a) + first]);
}

// --- Places ---------------------------------------------------------------------------------------------------------

// A place of this thread: where it is, and which of its lanes are of the tile.
struct Place
{
    int number;         // in the tile
    int run, vector;    // the run, and the vector of it
    int index;          // the vector's index in an image
    unsigned int mask;  // a bit a lane

    template <int V> MEMBER bool is_whole() const { return mask == (1u << V) - 1; }
};

// Whether all lanes of a place are of the tile, for sure.
struct Fully {};
struct Partly {};

// Calls back with each place of this thread, and the first of its images. Threads that are left over do nothing.
template <int V, class Body> DEVICE void for_each_place(const Arguments& a, const Tile& tile, Body body)
{
    int lane = thread_index() / a.round_places;
    int places = lane < a.image_lanes ? tile.runs * a.run_vectors : 0;
    for (int number = thread_index() % a.round_places; number < places; number += a.round_places)
    {
        Place place;
        place.number = number;
        place.run = number / a.run_vectors;
        place.vector = number - place.run * a.run_vectors;
        int from = tile.run_start(place.run), end = from + tile.length;
        place.index = from / V + place.vector;
        place.mask = 0;
#pragma unroll
        for (int i = 0; i < V; i++)
        {
            int element = place.index * V + i;
            place.mask |= element >= from && element < end ? 1u << i : 0;
        }

        if (place.mask)
        {
            body(place, lane);
        }
    }
}

// Goes through a thread's images at a place, where AT_ONCE four at a time: first all loads, so that they are on their way
// together.
template <class Load, class Use>
DEVICE void for_each_image(const Arguments& a, const Tile& tile, int lane, bool at_once, Load load, Use use)
{
    int step = a.image_lanes, image = tile.first_image + lane;
    for (; at_once && image + 3 * step < tile.end_image; image += 4 * step)
    {
        auto first = load(image), second = load(image + step), third = load(image + 2 * step), fourth = load(image + 3 * step);
        use(image, first, Fully());
        use(image + step, second, Fully());
        use(image + 2 * step, third, Fully());
        use(image + 3 * step, fourth, Fully());
    }

    for (; image < tile.end_image; image += step)
    {
        use(image, load(image), Partly());
    }
}

// The vector of an image at a place.
template <class T, int V> DEVICE typename Vector<T, V>::Raw* at(const Arguments& a, const void* maps, int image, int index)
{
    return (typename Vector<T, V>::Raw*)maps + image * (image_size(a) / V) + index;
}

// Writes a vector to a place that is of the tile fully, or those lanes that are.
template <class T, int V>
DEVICE void store(const Arguments& a, int image, const Place& place, const float (&values)[V], Fully)
{
    *at<T, V>(a, a.result, image, place.index) = Vector<T, V>::narrow(values);
}

template <class T, int V>
DEVICE void store(const Arguments& a, int image, const Place& place, const float (&values)[V], Partly)
{
    if (place.is_whole<V>())
    {
        store<T, V>(a, image, place, values, Fully());
        return;
    }

    typename T::Element* elements = (typename T::Element*)at<T, V>(a, a.result, image, place.index);
#pragma unroll
    for (int i = 0; i < V; i++)
    {
        if (place.mask >> i & 1)
        {
            elements[i] = T::narrow(values[i]);
        }
    }
}

// Two sums for each lane of each place, by lane of images: shape (image_lanes, 2, V, plane), at the front of shared memory.
// Threads that write neighboring places, or read neighboring elements or channels, meet no other thread's bank.
template <int V> DEVICE float* sum_of(const Arguments& a, int image_lane, int which, int lane, int run, int vector)
{
    return (float*)shared_memory() + ((image_lane * 2 + which) * V + lane) * a.plane + run * a.run_pitch + vector;
}

template <int V>
DEVICE void store_sums(
    const Arguments& a, const Place& place, int image_lane, const float (&first)[V], const float (&second)[V])
{
#pragma unroll
    for (int i = 0; i < V; i++)
    {
        *sum_of<V>(a, image_lane, 0, i, place.run, place.vector) = first[i];
        *sum_of<V>(a, image_lane, 1, i, place.run, place.vector) = second[i];
    }
}

// Where a vector of a tile that stays on chip is, behind the sums: shape (which, images, places), x and then dy. A thread
// meets its own alone.
template <class T, int V>
DEVICE typename Vector<T, V>::Raw& saved(const Arguments& a, const Tile& tile, int which, int image, const Place& place)
{
    char* behind_sums = shared_memory() + sizeof(float) * 2 * V * a.image_lanes * a.plane;
    int places = tile.runs * a.run_vectors;
    return ((typename Vector<T, V>::Raw*)behind_sums)[(which * a.images + image) * places + place.number];
}

// Calls back, on one thread, with each pair that the tile touches: channel, patch, the number of its positions in the tile,
// where the patch begins, and the two sums. pair_lanes threads, next to each other in a warp, add up a pair.
template <int V, class Body> DEVICE void for_each_pair(const Arguments& a, const Tile& tile, Body body)
{
    int part = thread_index() % a.pair_lanes, pairs = tile.channels * a.tile_patches;
    for (int from = 0; from < pairs; from += thread_count() / a.pair_lanes)
    {
        int number = from + thread_index() / a.pair_lanes;
        int channel = tile.channel + number % tile.channels, patch = -1, positions = 0, patch_top = 0, patch_left = 0;
        double first = 0, second = 0;
        if (number < pairs)
        {
            const Split split(a, channel);
            int first_row = split.row_of[tile.top], first_column = split.column_of[tile.left];
            int columns = split.column_of[tile.right - 1] + 1 - first_column;
            int row = first_row + number / tile.channels / columns;
            int column = first_column + number / tile.channels % columns;
            if (row <= split.row_of[tile.bottom - 1])
            {
                patch = split.patch(row, column);
                patch_top = split.rows[row];
                patch_left = split.columns[column];
                int top = larger(tile.top, patch_top), left = larger(tile.left, patch_left);
                int width = smaller(tile.right, split.columns[column + 1]) - left;
                positions = (smaller(tile.bottom, split.rows[row + 1]) - top) * width;
                for (int i = part; i < positions; i += a.pair_lanes)
                {
                    int h = top + i / width, w = left + i % width;
                    int run = tile.run_of(h, w), index = element(a, channel, h, w);
                    int vector = index / V - tile.run_start(run) / V;
                    for (int lane = 0; lane < a.image_lanes; lane++)
                    {
                        first += *sum_of<V>(a, lane, 0, index % V, run, vector);
                        second += *sum_of<V>(a, lane, 1, index % V, run, vector);
                    }
                }
            }
        }

        for (int bit = a.pair_lanes / 2; bit > 0; bit /= 2)
        {
            first += exchange(first, bit);
            second += exchange(second, bit);
        }

        if (patch >= 0 && part == 0)
        {
            body(channel, patch, positions, patch_top, patch_left, first, second);
        }
    }
}

// --- Statistics and coefficients ------------------------------------------------------------------------------------

struct Moments
{
    double count, mean, squares;  // squares: of the distances from the mean

    MEMBER void add(const Moments& other)
    {
        if (other.count == 0)
        {
            return;
        }

        if (count == 0)
        {
            *this = other;
            return;
        }

        double total = count + other.count, apart = other.mean - mean;
        mean += apart * (other.count / total);
        squares += other.squares + apart * apart * (count * other.count / total);
        count = total;
    }
};

DEVICE double own_weight_of(const Arguments& a, int channel, int patch)
{
    return a.selected ? (a.selected[pair_of(a, channel, patch)] ? 1 : 0) : a.own_weight;
}

// The mix, in which a side of no weight has no say even where it is not finite.
DEVICE double mix(double accumulated, double own, double own_weight)
{
    return own_weight == 1 ? own : own_weight == 0 ? accumulated : accumulated * (1 - own_weight) + own * own_weight;
}

DEVICE double weight_of(const Arguments& a, int channel) { return a.weight ? a.weight[channel] : 1; }

// Writes a number of four, by one store of 16 bytes.
DEVICE void set_coefficients(const Arguments& a, int channel, int patch, float x, float y, float z, float w)
{
    float numbers[4] = {x, y, z, w};
    Words words;
    __builtin_memcpy(&words, numbers, sizeof words);
    ((Words*)a.coefficients)[pair_of(a, channel, patch)] = words;
}

DEVICE void get_coefficients(const Arguments& a, int channel, int patch, float (&numbers)[4])
{
    Words words = ((const Words*)a.coefficients)[pair_of(a, channel, patch)];
    __builtin_memcpy(numbers, &words, sizeof words);
}

// Makes the moments of a pair into the coefficients of y = (x - center) * scale + shift, and returns one over its deviation.
// What the center loses as a float goes into the shift.
DEVICE double normalize_by(
    const Arguments& a, int channel, int patch, double mean, double variance, double running_mean, double running_var)
{
    double own_weight = own_weight_of(a, channel, patch);
    double center = mix(running_mean, mean, own_weight);
    double inverse = 1 / square_root(mix(running_var, variance, own_weight) + a.eps);
    double scale = weight_of(a, channel) * inverse, shift = a.bias ? a.bias[channel] : 0;
    set_coefficients(
        a, channel, patch, (float)center, (float)scale, (float)(shift - (center - (float)center) * scale), 0);
    return inverse;
}

// Makes the sums of a pair, of dy and of dy * (x - mean as a float), into the coefficients of
// dx = a * dy + b * (x - center) + d, and returns its part of the weight's gradient.
DEVICE double differentiate_by(const Arguments& a, int channel, int patch, double count, double sum, double product)
{
    const double* means = means_of(a, channel);
    double mean = means[patch], inverse = means[a.patches + patch], own_weight = own_weight_of(a, channel, patch);
    float center = (float)mean;
    product -= (mix(means[2 * a.patches], mean, own_weight) - center) * sum;

    // dM/n and 2 dV/n of the closed form, by the weight of the patch's own statistics.
    double scale = weight_of(a, channel) * inverse, factor = -scale * own_weight / count;
    double of_mean = factor * sum, of_distance = factor * inverse * inverse * product;
    set_coefficients(
        a, channel, patch, (float)scale, (float)of_distance, center, (float)(of_mean - (mean - center) * of_distance));
    return product * inverse;
}

// --- Passes of a tile -----------------------------------------------------------------------------------------------

// Sums of x - origin and of its square. With KEEPS the vectors stay on chip.
template <class T, int V, bool KEEPS> DEVICE void add_moments(const Arguments& a, const Tile& tile)
{
    typedef Vector<T, V> Vectors;
    for_each_place<V>(a, tile, [&](const Place& place, int lane) {
        float origin[V], sum[V] = {}, squares[V] = {};
        Cursor cursor(a, place.index * V);
#pragma unroll
        for (int i = 0; i < V; i++)
        {
            origin[i] = i == 0 || cursor.next(a)
                ? origin_of<T>(a, tile, cursor.channel, cursor.patch_top, cursor.patch_left)
                : origin[i == 0 ? 0 : i - 1];
        }

        auto load = [&](int image) { return *at<T, V>(a, a.input, image, place.index); };
        for_each_image(a, tile, lane, true, load, [&](int image, typename Vectors::Raw raw, auto) {
            if (KEEPS)
            {
                saved<T, V>(a, tile, 0, image, place) = raw;
            }

            float values[V];
            Vectors::widen(raw, values);
#pragma unroll
            for (int i = 0; i < V; i++)
            {
                float offset = values[i] - origin[i];
                sum[i] += offset;
                squares[i] += offset * offset;
            }
        });
        store_sums<V>(a, place, lane, sum, squares);
    });
}

// The moments of the pairs of the tile, as one part of theirs. With NORMALIZES, where there is no other part, their
// coefficients too.
template <class T, int V, bool NORMALIZES> DEVICE void store_moments(const Arguments& a, const Tile& tile)
{
    auto body = [&](int channel, int patch, int positions, int top, int left, double sum, double squares) {
        double count = (double)positions * (tile.end_image - tile.first_image);
        double offset = sum / count, rest = squares - sum * offset;
        double mean = origin_of<T>(a, tile, channel, top, left) + offset;
        rest = rest < 0 ? 0 : rest;
        double* partial = partial_of(a, channel, patch, tile.part(a, top, left));
        partial[0] = mean;
        partial[1] = rest;
        if (NORMALIZES)
        {
            normalize_by(
                a,
                channel,
                patch,
                mean,
                rest / count,
                a.running_mean ? a.running_mean[channel] : 0,
                a.running_var ? a.running_var[channel] : 0);
        }
    };
    for_each_pair<V>(a, tile, body);
}

// The coefficients of each lane of a place.
template <int V> DEVICE void look_up(const Arguments& a, const Place& place, float (&coefficients)[V][4])
{
    Cursor cursor(a, place.index * V);
    get_coefficients(a, cursor.channel, cursor.patch, coefficients[0]);
#pragma unroll
    for (int i = 1; i < V; i++)
    {
        if (cursor.next(a))
        {
            get_coefficients(a, cursor.channel, cursor.patch, coefficients[i]);
        }
        else
        {
            __builtin_memcpy(coefficients[i], coefficients[i - 1], sizeof coefficients[i]);
        }
    }
}

// Writes y from the coefficients. With KEPT the vectors come from where add_moments left them.
template <class T, int V, bool KEPT> DEVICE void normalize(const Arguments& a, const Tile& tile)
{
    typedef Vector<T, V> Vectors;
    for_each_place<V>(a, tile, [&](const Place& place, int lane) {
        float coefficients[V][4];
        look_up<V>(a, place, coefficients);

        auto load = [&](int image) {
            return KEPT ? saved<T, V>(a, tile, 0, image, place) : *at<T, V>(a, a.input, image, place.index);
        };
        for_each_image(a, tile, lane, place.is_whole<V>(), load, [&](int image, typename Vectors::Raw raw, auto fully) {
            float values[V];
            Vectors::widen(raw, values);
#pragma unroll
            for (int i = 0; i < V; i++)
            {
                const float* of = coefficients[i];
                values[i] = (values[i] - of[0]) * of[1] + of[2];
            }

            store<T, V>(a, image, place, values, fully);
        });
    });
}

// A vector of x and one of dy.
template <class Raw> struct Two
{
    Raw x, dy;
};

// Sums of dy and of dy * (x - mean as a float). With KEEPS the vectors stay on chip, dy behind x.
template <class T, int V, bool KEEPS> DEVICE void add_products(const Arguments& a, const Tile& tile)
{
    typedef Vector<T, V> Vectors;
    typedef Two<typename Vectors::Raw> Both;
    for_each_place<V>(a, tile, [&](const Place& place, int lane) {
        float mean[V], sum[V] = {}, product[V] = {};
        Cursor cursor(a, place.index * V);
#pragma unroll
        for (int i = 0; i < V; i++)
        {
            mean[i] = i == 0 || cursor.next(a)
                ? (float)means_of(a, cursor.channel)[cursor.patch]
                : mean[i == 0 ? 0 : i - 1];
        }

        auto load = [&](int image) {
            return Both{*at<T, V>(a, a.input, image, place.index), *at<T, V>(a, a.output_gradient, image, place.index)};
        };
        for_each_image(a, tile, lane, true, load, [&](int image, const Both& raw, auto) {
            if (KEEPS)
            {
                saved<T, V>(a, tile, 0, image, place) = raw.x;
                saved<T, V>(a, tile, 1, image, place) = raw.dy;
            }

            float values[V], gradients[V];
            Vectors::widen(raw.x, values);
            Vectors::widen(raw.dy, gradients);
#pragma unroll
            for (int i = 0; i < V; i++)
            {
                sum[i] += gradients[i];
                product[i] += gradients[i] * (values[i] - mean[i]);
            }
        });
        store_sums<V>(a, place, lane, sum, product);
    });
}

// The sums of the pairs of the tile, as one part of theirs. With DIFFERENTIATES, where there is no other part, their
// coefficients too.
template <class T, int V, bool DIFFERENTIATES> DEVICE void store_products(const Arguments& a, const Tile& tile)
{
    for_each_pair<V>(a, tile, [&](int channel, int patch, int positions, int top, int left, double sum, double product) {
        double* partial = partial_of(a, channel, patch, tile.part(a, top, left));
        double count = (double)positions * (tile.end_image - tile.first_image);
        partial[0] = sum;
        partial[1] = product;
        if (DIFFERENTIATES)
        {
            differentiate_by(a, channel, patch, count, sum, product);
        }
    });
}

// Writes dx from the coefficients. With KEPT the vectors come from where add_products left them.
template <class T, int V, bool KEPT> DEVICE void differentiate(const Arguments& a, const Tile& tile)
{
    typedef Vector<T, V> Vectors;
    typedef Two<typename Vectors::Raw> Both;
    for_each_place<V>(a, tile, [&](const Place& place, int lane) {
        float coefficients[V][4];
        look_up<V>(a, place, coefficients);

        auto load = [&](int image) {
            return KEPT
                ? Both{saved<T, V>(a, tile, 0, image, place), saved<T, V>(a, tile, 1, image, place)}
                : Both{*at<T, V>(a, a.input, image, place.index), *at<T, V>(a, a.output_gradient, image, place.index)};
        };
        for_each_image(a, tile, lane, place.is_whole<V>(), load, [&](int image, const Both& raw, auto fully) {
            float values[V], gradients[V];
            Vectors::widen(raw.x, values);
            Vectors::widen(raw.dy, gradients);
#pragma unroll
            for (int i = 0; i < V; i++)
            {
                const float* of = coefficients[i];
                values[i] = of[0] * gradients[i] + (of[1] * (values[i] - of[2]) + of[3]);
            }

            store<T, V>(a, image, place, values, fully);
        });
    });
}

// --- Over all parts of a pair ---------------------------------------------------------------------------------------

// Calls back with every 32nd part of a pair, from one on, and the number of its values: the tiles that its patch touches, by
// all groups of images.
template <class Body> DEVICE void for_each_part(const Arguments& a, const Split& split, int patch, int from, Body body)
{
    int row = patch / split.column_count(), column = patch % split.column_count();
    int top = split.rows[row], bottom = split.rows[row + 1], left = split.columns[column], right = split.columns[column + 1];
    if (a.tile_is_patch)
    {
        if (from == 0)
        {
            body(0, (double)(bottom - top) * (right - left) * a.images);
        }

        return;
    }

    int first_down = top / a.tile_rows, first_across = left / a.tile_columns;
    int down = (bottom - 1) / a.tile_rows + 1 - first_down, across = (right - 1) / a.tile_columns + 1 - first_across;
    for (int i = from; i < down * across * a.groups; i += 32)
    {
        int group = i % a.groups, from_top = i / a.groups / across, from_left = i / a.groups % across;
        int y = first_down + from_top, x = first_across + from_left;
        int rows = smaller(bottom, (y + 1) * a.tile_rows) - larger(top, y * a.tile_rows);
        int columns = smaller(right, (x + 1) * a.tile_columns) - larger(left, x * a.tile_columns);
        int images = smaller(a.images, (group + 1) * a.group_images) - group * a.group_images;
        body(part_of(a, from_top, from_left, group), (double)rows * columns * images);
    }
}

// Adds up over the threads of a warp.
DEVICE Moments of_warp(Moments own)
{
    for (int bit = 16; bit > 0; bit /= 2)
    {
        own.add(Moments{exchange(own.count, bit), exchange(own.mean, bit), exchange(own.squares, bit)});
    }

    return own;
}

DEVICE double of_warp(double own)
{
    for (int bit = 16; bit > 0; bit /= 2)
    {
        own += exchange(own, bit);
    }

    return own;
}

// --- Kernels --------------------------------------------------------------------------------------------------------

// ELEMENT, which the compiler is told, is the type of elements. There is a file of PTX for each, as the driver compiles all
// of a file.
#define JOINED(NAME, TYPE) NAME##TYPE
#define NAMED(NAME, TYPE) JOINED(NAME, TYPE)

// Makes the parts of a channel's pairs into statistics, coefficients and what the backward needs, and takes the moments of the
// batch, which follow from those of the patches, into the running statistics. A block does a channel, a warp a patch. Moves
// the partials, 16 bytes a part.
KERNEL MOST_THREADS(256) void NAMED(pbn_conclude_moments_, ELEMENT)(Arguments a)
{
    int channel = a.first_channel + block_x(), warp = thread_index() / 32, lane = thread_index() % 32;
    const Split split(a, channel);
    double running_mean = a.running_mean ? a.running_mean[channel] : 0;
    double running_var = a.running_var ? a.running_var[channel] : 0;
    double* means = means_of(a, channel);
    for (int patch = warp; patch < split.count(); patch += thread_count() / 32)
    {
        Moments own = {0, 0, 0};
        for_each_part(a, split, patch, lane, [&](int part, double count) {
            const double* partial = partial_of(a, channel, patch, part);
            own.add(Moments{count, partial[0], partial[1]});
        });
        const Moments all = of_warp(own);
        if (lane == 0)
        {
            means[patch] = all.mean;
            means[a.patches + patch] =
                normalize_by(a, channel, patch, all.mean, all.squares / all.count, running_mean, running_var);

            // For the batch, below. No other warp looks at the parts of this pair.
            double* partial = partial_of(a, channel, patch, 0);
            partial[0] = all.count;
            partial[1] = all.squares;
        }
    }

    synchronize();
    if (warp > 0)
    {
        return;
    }

    Moments own = {0, 0, 0};
    for (int patch = lane; patch < split.count(); patch += 32)
    {
        const double* partial = partial_of(a, channel, patch, 0);
        own.add(Moments{partial[0], means[patch], partial[1]});
    }

    const Moments batch = of_warp(own);
    if (lane == 0)
    {
        means[2 * a.patches] = running_mean;
        means[2 * a.patches + 1] = running_var;
        if (a.running_mean)
        {
            double variance = batch.squares / (batch.count - 1), weight = a.batch_weight;
            a.running_mean[channel] = (float)(running_mean * (1 - weight) + batch.mean * weight);
            a.running_var[channel] = (float)(running_var * (1 - weight) + variance * weight);
        }
    }
}

// Makes the parts of a channel's pairs into coefficients and the gradients of weight and bias. A block does a channel, a warp
// a patch. Moves the partials, 16 bytes a part.
KERNEL MOST_THREADS(256) void NAMED(pbn_conclude_products_, ELEMENT)(Arguments a)
{
    int channel = a.first_channel + block_x(), warp = thread_index() / 32, lane = thread_index() % 32;
    const Split split(a, channel);
    for (int patch = warp; patch < split.count(); patch += thread_count() / 32)
    {
        double count = 0, sum = 0, product = 0;
        for_each_part(a, split, patch, lane, [&](int part, double of_part) {
            const double* partial = partial_of(a, channel, patch, part);
            count += of_part;
            sum += partial[0];
            product += partial[1];
        });
        count = of_warp(count);
        sum = of_warp(sum);
        product = of_warp(product);
        if (lane == 0)
        {
            // No other warp looks at the parts of this pair.
            double* partial = partial_of(a, channel, patch, 0);
            partial[0] = sum;
            partial[1] = differentiate_by(a, channel, patch, count, sum, product);
        }
    }

    synchronize();
    if (warp > 0)
    {
        return;
    }

    double of_bias = 0, of_weight = 0;
    for (int patch = lane; patch < split.count(); patch += 32)
    {
        const double* partial = partial_of(a, channel, patch, 0);
        of_bias += partial[0];
        of_weight += partial[1];
    }

    of_bias = of_warp(of_bias);
    of_weight = of_warp(of_weight);
    if (lane == 0 && a.bias_gradient)
    {
        a.bias_gradient[channel] = (float)of_bias;
    }

    if (lane == 0 && a.weight_gradient)
    {
        a.weight_gradient[channel] = (float)of_weight;
    }
}

// Reads x; leaves the moments of each pair by tile and group of images.
template <class T, int V> DEVICE void moments(const Arguments& a)
{
    const Tile tile(a);
    add_moments<T, V, false>(a, tile);
    synchronize();
    store_moments<T, V, false>(a, tile);
}

// Reads x and dy; leaves the sums of dy and dy * (x - mean) of each pair by tile and group of images.
template <class T, int V> DEVICE void products(const Arguments& a)
{
    const Tile tile(a);
    add_products<T, V, false>(a, tile);
    synchronize();
    store_products<T, V, false>(a, tile);
}

// Reads x and writes y. The tile has all images, and of each of its channels all positions or all of a patch: it stays in
// shared memory while its statistics are computed.
template <class T, int V> DEVICE void forward_on_chip(const Arguments& a)
{
    const Tile tile(a);
    if (tile.is_empty())
    {
        return;
    }

    add_moments<T, V, true>(a, tile);
    synchronize();
    store_moments<T, V, true>(a, tile);
    synchronize();
    normalize<T, V, true>(a, tile);
}

// Reads x and dy and writes dx, of a tile as above.
template <class T, int V> DEVICE void backward_on_chip(const Arguments& a)
{
    const Tile tile(a);
    if (tile.is_empty())
    {
        return;
    }

    add_products<T, V, true>(a, tile);
    synchronize();
    store_products<T, V, true>(a, tile);
    synchronize();
    differentiate<T, V, true>(a, tile);
}

// Maps that are not aligned to vectors go element by element, by two passes.
#define TWO_PASSES(HOW, V) \
    KERNEL MOST_THREADS(256) void NAMED(pbn_moments_##HOW, ELEMENT)(Arguments a) { moments<ELEMENT, V>(a); } \
    KERNEL MOST_THREADS(256) void NAMED(pbn_normalize_##HOW, ELEMENT)(Arguments a) { normalize<ELEMENT, V, false>(a, Tile(a)); } \
    KERNEL MOST_THREADS(256) void NAMED(pbn_products_##HOW, ELEMENT)(Arguments a) { products<ELEMENT, V>(a); } \
    KERNEL MOST_THREADS(256) void NAMED(pbn_gradient_##HOW, ELEMENT)(Arguments a) { differentiate<ELEMENT, V, false>(a, Tile(a)); }

#define ON_CHIP(HOW, V) \
    KERNEL MOST_THREADS(512) void NAMED(pbn_forward_on_chip_##HOW, ELEMENT)(Arguments a) { forward_on_chip<ELEMENT, V>(a); } \
    KERNEL MOST_THREADS(512) void NAMED(pbn_backward_on_chip_##HOW, ELEMENT)(Arguments a) { backward_on_chip<ELEMENT, V>(a); }

TWO_PASSES(vectors_, 16 / sizeof(ELEMENT::Element))
TWO_PASSES(elements_, 1)
ON_CHIP(vectors_, 16 / sizeof(ELEMENT::Element))

#undef JOINED
#undef NAMED
#undef TWO_PASSES
#undef ON_CHIP
