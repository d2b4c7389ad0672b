// cambi on the GPU: pictures -> levels and mask -> filtered and halved from scale to scale -> confidences of all scales -> the
// largest of them, selected digit by digit.
#include "cuda/kernel/kernel.h"
#include "metric/cambi/cambi_cuda.h"

namespace vmaf::cambi {
namespace {

__device__ __forceinline__ Totals& totals_of(const Args& args) {
    return *reinterpret_cast<Totals*>(args.raw + blockIdx.z * args.raw_stride);
}

__device__ __forceinline__ Selected& selected_of(const Args& args, int variant) {
    return reinterpret_cast<Selected*>(&totals_of(args) + 1)[variant];
}

// --------------------------------------------------------------------------------------------- levels and mask

/// What a block needs beyond its pixels: the mask looks kMaskRadius pixels in all directions, flatness one to the right and
/// down, smoothing another one.
struct PrepareTile {
    static constexpr int kFlatColumns = Tuning::kPrepareColumns + 2 * kMaskRadius;
    static constexpr int kFlatRows = Tuning::kPrepareRows + 2 * kMaskRadius;
    static constexpr int kWords = (kFlatColumns + 31) / 32;

    uint16_t raw[kFlatRows + 2][kFlatColumns + 2];
    uint16_t levels[kFlatRows + 1][kFlatColumns + 1];
    uint32_t flat[kFlatRows][kWords];  ///< a bit for each pixel
};

/// Calls body(x, y) for all of a w x h area, the block's threads sharing it.
template <int kWidth, int kHeight, class Body>
__device__ __forceinline__ void for_area(Body body) {
    for (int i = cuda::thread_in_block(); i < kWidth * kHeight; i += cuda::block_threads())
        body(i % kWidth, i / kWidth);
}

template <class T>
__device__ __forceinline__ void load_levels(const Args& args, PrepareTile& tile, int left, int top) {
    constexpr int kColumns = PrepareTile::kFlatColumns, kRows = PrepareTile::kFlatRows;
    const cuda::PlaneArg& plane = args.frames[blockIdx.z];
    for_area<kColumns + 2, kRows + 2>([&](int x, int y) {
        // What lies beyond the edge repeats it: then the edge's pixels are smoothed and flat as they should be.
        const int column = min(max(left + x, 0), args.w - 1), row = min(max(top + y, 0), args.h - 1);
        const T* samples = plane.row<T>(args.rows ? args.rows[row] : row);
        tile.raw[y][x] =
            static_cast<uint16_t>(ten_bits(samples[args.columns ? args.columns[column] : column], args.bpc));
    });
    __syncthreads();
    for_area<kColumns + 1, kRows + 1>([&](int x, int y) {
        const auto& raw = tile.raw;
        tile.levels[y][x] =
            args.smooth ? static_cast<uint16_t>(smoothed(raw[y][x], raw[y][x + 1], raw[y + 1][x], raw[y + 1][x + 1]))
                        : raw[y][x];
    });
    __syncthreads();
}

__device__ __forceinline__ void find_flat(const Args& args, PrepareTile& tile, int left, int top) {
    constexpr int kWords = PrepareTile::kWords, kRows = PrepareTile::kFlatRows;
    const int lane = cuda::thread_in_block() % cuda::kWarp, warps = cuda::block_threads() / cuda::kWarp;
    for (int i = cuda::thread_in_block() / cuda::kWarp; i < kRows * kWords; i += warps) {
        const int y = i / kWords, x = i % kWords * 32 + lane;
        bool flat = false;
        if (x < PrepareTile::kFlatColumns && left + x >= 0 && left + x < args.w && top + y >= 0 && top + y < args.h) {
            const uint16_t level = tile.levels[y][x];
            flat = level == tile.levels[y][x + 1] && level == tile.levels[y + 1][x];
        }
        const uint32_t bits = __ballot_sync(0xffffffffu, flat);
        if (lane == 0) tile.flat[y][i % kWords] = bits;
    }
    __syncthreads();
}

template <class T>
__device__ __forceinline__ void prepare(const Args& args) {
    auto& tile = cuda::block_shared<PrepareTile>();
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kPrepareColumns,
              y0 = static_cast<int>(blockIdx.y) * Tuning::kPrepareRows;
    const size_t block = blockIdx.y * gridDim.x + blockIdx.x,
                 threads = static_cast<size_t>(gridDim.x) * gridDim.y * Tuning::kPrepareThreads;
    for (size_t i = block * Tuning::kPrepareThreads + cuda::thread_in_block(); i < args.frame_bins; i += threads)
        args.bins[blockIdx.z * args.frame_bins + i] = 0;
    load_levels<T>(args, tile, x0 - kMaskRadius, y0 - kMaskRadius);
    find_flat(args, tile, x0 - kMaskRadius, y0 - kMaskRadius);

    const int tx = cuda::thread_in_block() % Tuning::kPrepareColumns;
    const int ty = cuda::thread_in_block() / Tuning::kPrepareColumns * Tuning::kPrepareDown;
    int across[Tuning::kPrepareDown + kMaskSide - 1];  // flat pixels in each row of the squares
#pragma unroll
    for (int i = 0; i < Tuning::kPrepareDown + kMaskSide - 1; i++) {
        const uint32_t* words = tile.flat[ty + i] + tx / 32;
        across[i] = __popc(__funnelshift_r(words[0], words[1], tx % 32) & ((1u << kMaskSide) - 1));
    }
    int sum = 0;
#pragma unroll
    for (int i = 0; i < kMaskSide - 1; i++) sum += across[i];
    const ScaleArg& first = args.scale[0];
    uint16_t* out = args.levels + blockIdx.z * args.plane + first.offset;
#pragma unroll
    for (int i = 0; i < Tuning::kPrepareDown; i++) {
        sum += across[i + kMaskSide - 1];
        const int x = x0 + tx, y = y0 + ty + i, level = tile.levels[ty + i + kMaskRadius][tx + kMaskRadius];
        const auto packed = static_cast<uint16_t>(level | (sum > args.threshold ? kMaskBit : 0));
        if (x < args.w && y < args.h) {
            if (!args.halve_first)
                out[static_cast<size_t>(y) * first.w + x] = packed;
            else if (x % 2 == 0 && y % 2 == 0)
                out[static_cast<size_t>(y / 2) * first.w + x / 2] = packed;
        }
        sum -= across[i];
    }
}

// --------------------------------------------------------------------------------------------- filter

/// Of scale kScale: the counted pixels, and the levels of the next scale.
template <int kScale>
__device__ __forceinline__ void filter(const Args& args) {
    const ScaleArg& scale = args.scale[kScale];
    const int x = static_cast<int>(blockIdx.x) * Tuning::kFilterColumns + static_cast<int>(threadIdx.x);
    const int y0 =
        static_cast<int>(blockIdx.y) * Tuning::kFilterRows + static_cast<int>(threadIdx.y) * Tuning::kFilterDown;
    if (x >= scale.w) return;
    const size_t plane = blockIdx.z * args.plane;
    const uint16_t* in = args.levels + plane + scale.offset;
    const auto level = [&](int column, int row) { return in[static_cast<size_t>(row) * scale.w + column] & ~kMaskBit; };
    const auto across = [&](int row) {
        if (row < 0 || row >= scale.h) return 0;
        const int here = level(x, row);
        return x == 0 || x == scale.w - 1 ? here : mode(level(x - 1, row), here, level(x + 1, row));
    };
    int above = across(y0 - 1), here = across(y0);
#pragma unroll
    for (int i = 0; i < Tuning::kFilterDown; i++) {
        const int y = y0 + i, below = across(y + 1);
        if (y < scale.h) {
            const uint16_t packed = in[static_cast<size_t>(y) * scale.w + x];
            const int value = y == 0 || y == scale.h - 1 ? packed & ~kMaskBit : mode(above, here, below);
            const bool counts =
                (packed & kMaskBit) && value >= args.lowest - args.steps && value <= args.highest + args.steps;
            args.counted[plane + scale.offset + static_cast<size_t>(y) * scale.w + x] =
                counts ? static_cast<uint16_t>(value) : kUncountedPixel;
            if constexpr (kScale + 1 < kScales) {
                const ScaleArg& next = args.scale[kScale + 1];
                if (x % 2 == 0 && y % 2 == 0)
                    args.levels[plane + next.offset + static_cast<size_t>(y / 2) * next.w + x / 2] =
                        static_cast<uint16_t>(value | (packed & kMaskBit));
            }
        }
        above = here;
        here = below;
    }
}

// --------------------------------------------------------------------------------------------- confidences

/// Sums of neighbouring counts over the columns of a window. They begin with the cell in which the first one lies.
template <class Cell, int kSteps>
class WindowCounts;

/// Bytes: two 16-bit sums in a register, of the even and of the odd bytes of a word.
template <int kSteps>
class WindowCounts<uint8_t, kSteps> {
 public:
    static constexpr int kPerWord = 4, kWords = (3 + 2 * kSteps + 1 + 3) / 4;

    __device__ __forceinline__ void add(const uint32_t* words) {
#pragma unroll
        for (int i = 0; i < kWords; i++) {
            const uint32_t word = words[i];
            even_[i] += word & 0x00ff00ff;
            odd_[i] += word >> 8 & 0x00ff00ff;
        }
    }
    __device__ __forceinline__ unsigned at(int i) const {
        const uint32_t pair = i % 2 ? odd_[i / 4] : even_[i / 4];
        return i % 4 < 2 ? pair & 0xffff : pair >> 16;
    }

 private:
    uint32_t even_[kWords] = {}, odd_[kWords] = {};
};

template <int kSteps>
class WindowCounts<uint16_t, kSteps> {
 public:
    static constexpr int kPerWord = 2, kWords = (1 + 2 * kSteps + 1 + 1) / 2;

    __device__ __forceinline__ void add(const uint32_t* words) {
#pragma unroll
        for (int i = 0; i < kWords; i++) {
            const uint32_t word = words[i];
            sums_[2 * i] += word & 0xffff;
            sums_[2 * i + 1] += word >> 16;
        }
    }
    __device__ __forceinline__ unsigned at(int i) const { return sums_[i]; }

 private:
    uint32_t sums_[2 * kWords] = {};
};

struct ValueRange {
    int lowest, highest;
};

/// A block's strip of a scale: counts of its columns, from top to bottom.
template <class Cell, int kSteps>
class Strip {
 public:
    using Counts = WindowCounts<Cell, kSteps>;

    __device__ Strip(const Args& args) : args_(args), scale_(args.scale[scale_of(args)]) {
        const int block = static_cast<int>(blockIdx.x) - scale_.first_block;
        x0_ = block % scale_.strips * Tuning::kColumns;
        y0_ = block / scale_.strips * args.band_rows;
        y1_ = min(y0_ + args.band_rows, scale_.h);
        left_ = x0_ - args.radius;
        columns_ = Tuning::kColumns + 2 * args.radius;
        pixels_ = args.counted + blockIdx.z * args.plane + scale_.offset;
        if constexpr (sizeof(Cell) == 1)
            words_ = cuda::dynamic_shared<uint32_t>();
        else
            words_ =
                reinterpret_cast<uint32_t*>(args.wide_counts + (blockIdx.z * gridDim.x + blockIdx.x) * args.wide_block);
    }

    static __device__ int scale_of(const Args& args) {
        int scale = 0;
        while (scale + 1 < kScales && static_cast<int>(blockIdx.x) >= args.scale[scale + 1].first_block) scale++;
        return scale;
    }

    __device__ void find(uint64_t& positives, int64_t& sum) {
        const ValueRange range = values();
        const int usable = args_.cell_words * Counts::kPerWord - 2 * kSteps;
        if (range.lowest > range.highest) write_zeros();
        for (int base = range.lowest; base <= range.highest; base += usable) {
            base_ = base;
            end_ = min(base + usable, range.highest + 1);
            first_ = base == range.lowest;
            whole_ = range;
            start();
            for (int y = y0_; y < y1_; y++) {
                slide(y);
                __syncthreads();
                const float confidence = confidence_at(y);
                if (confidence > 0) {
                    positives++;
                    sum += static_cast<int64_t>(fixed_point(confidence));
                }
                __syncthreads();
            }
        }
    }

 private:
    __device__ __forceinline__ int pixel(int x, int y) const { return pixels_[static_cast<size_t>(y) * scale_.w + x]; }

    /// Calls body(column) for this thread's columns inside the picture.
    template <class Body>
    __device__ __forceinline__ void for_columns(Body body) const {
        for (int column = static_cast<int>(threadIdx.x); column < columns_; column += Tuning::kColumns)
            if (left_ + column >= 0 && left_ + column < scale_.w) body(column);
    }

    /// The range of values that have confidences and occur in the windows.
    __device__ ValueRange values() const {
        auto& range = cuda::block_shared<ValueRange>();
        if (threadIdx.x == 0) range = {kMaxLevel + 1, -1};
        __syncthreads();
        int lowest = kMaxLevel + 1, highest = -1;
        for (int x = x0_ + static_cast<int>(threadIdx.x); x < min(x0_ + Tuning::kColumns, scale_.w);
             x += Tuning::kColumns)
            for (int y = y0_; y < y1_; y++) {
                const int value = pixel(x, y);
                if (value < args_.lowest || value > args_.highest) continue;
                lowest = min(lowest, value);
                highest = max(highest, value);
            }
        if (highest >= 0) {
            atomicMin(&range.lowest, lowest);
            atomicMax(&range.highest, highest);
        }
        __syncthreads();
        return range;
    }

    __device__ void write_zeros() const {
        const int x = x0_ + static_cast<int>(threadIdx.x);
        if (x < scale_.w)
            for (int y = y0_; y < y1_; y++) out()[static_cast<size_t>(y) * scale_.w + x] = 0;
    }

    __device__ __forceinline__ float* out() const {
        return args_.confidences + blockIdx.z * args_.plane + scale_.offset;
    }

    /// Counts the rows of the first windows but the last one.
    __device__ void start() const {
        for (int i = static_cast<int>(threadIdx.x); i < columns_ * args_.cell_words; i += Tuning::kColumns)
            words_[i] = 0;
        __syncthreads();
        for_columns([&](int column) {
            for (int y = max(0, y0_ - args_.radius); y < min(scale_.h, y0_ + args_.radius); y++)
                count(column, pixel(left_ + column, y), 1);
        });
    }

    __device__ __forceinline__ void slide(int y) const {
        const int entering = y + args_.radius, leaving = y - args_.radius - 1;
        for_columns([&](int column) {
            if (entering < scale_.h) count(column, pixel(left_ + column, entering), 1);
            if (leaving >= 0 && y > y0_) count(column, pixel(left_ + column, leaving), -1);
        });
    }

    __device__ __forceinline__ void count(int column, int value, int change) const {
        const int cell = value - (base_ - kSteps);
        if (cell < 0 || value >= end_ + kSteps) return;
        Cell& count = reinterpret_cast<Cell*>(words_ + static_cast<size_t>(column) * args_.cell_words)[cell];
        count = static_cast<Cell>(count + change);
    }

    /// Writes and returns the confidence of this thread's pixel in row y; 0 where there is none or another range has it.
    __device__ float confidence_at(int y) const {
        const int x = x0_ + static_cast<int>(threadIdx.x);
        if (x >= scale_.w) return 0;
        const int value = pixel(x, y);
        const bool here = value >= base_ && value < end_;
        const bool nowhere = value < whole_.lowest || value > whole_.highest;
        const float confidence = here ? confidence_of_value(value) : 0;
        if (here || (nowhere && first_)) out()[static_cast<size_t>(y) * scale_.w + x] = confidence;
        return confidence;
    }

    __device__ __forceinline__ float confidence_of_value(int value) const {
        Counts counts;
        const int cell = value - base_;  // of value - kSteps
        const uint32_t* words = words_ + static_cast<size_t>(threadIdx.x) * args_.cell_words + cell / Counts::kPerWord;
        for (int i = 0; i <= 2 * args_.radius; i++, words += args_.cell_words) counts.add(words);

        unsigned count[Counts::kWords * Counts::kPerWord];
#pragma unroll
        for (int i = 0; i < Counts::kWords * Counts::kPerWord; i++) count[i] = counts.at(i);
#pragma unroll
        for (int bit = 1; bit < Counts::kPerWord; bit *= 2)
            if (cell & bit) {
#pragma unroll
                for (int i = 0; i + bit < Counts::kWords * Counts::kPerWord; i++) count[i] = count[i + bit];
            }

        const unsigned centre = count[kSteps];
        const int first = args_.first_step[value];
        const bool narrow = args_.radius <= kMaxNarrowWindow / 2;
        float largest = 0;
#pragma unroll
        for (int step = 1; step <= kSteps; step++) {
            if (step < first) continue;
            const unsigned neighbour = max(count[kSteps - step], count[kSteps + step]);
            const float reciprocal = __ldg(args_.reciprocals + centre + neighbour);
            const float found = narrow ? narrow_confidence(step, centre, neighbour, reciprocal)
                                       : confidence(step, centre, neighbour, reciprocal);
            largest = found > largest ? found : largest;
        }
        return largest;
    }

    const Args& args_;
    const ScaleArg& scale_;
    int x0_, y0_, y1_;
    int left_, columns_;  ///< of the windows
    const uint16_t* pixels_;
    uint32_t* words_;
    int base_ = 0, end_ = 0;  ///< values whose confidences are found
    bool first_ = false;      ///< in the first of several ranges
    ValueRange whole_ = {};
};

template <class Cell, int kSteps>
__device__ __forceinline__ void find_confidences(const Args& args) {
    uint64_t positives[1] = {};
    int64_t sum[1] = {};
    Strip<Cell, kSteps>(args).find(positives[0], sum[0]);
    Totals::Scale& totals = totals_of(args).scale[args.role][Strip<Cell, kSteps>::scale_of(args)];
    cuda::add_block_sums(sum, &totals.sum);
    cuda::add_block_sums(positives, &totals.positives);
}

// --------------------------------------------------------------------------------------------- the largest

struct Chunk {
    int scale;
    const float* values;
    int count;
    uint64_t pooled;
    bool needed;  ///< not all positive confidences are pooled
};

__device__ __forceinline__ Chunk chunk_of(const Args& args, int variant) {
    Chunk chunk{0, nullptr, 0, 0, false};
    while (chunk.scale + 1 < kScales && static_cast<int>(blockIdx.x) >= args.scale[chunk.scale + 1].first_chunk)
        chunk.scale++;
    const ScaleArg& scale = args.scale[chunk.scale];
    const size_t begin = static_cast<size_t>(static_cast<int>(blockIdx.x) - scale.first_chunk) * Tuning::kCountValues;
    chunk.values = args.confidences + blockIdx.z * args.plane + scale.offset + begin;
    const size_t left = static_cast<size_t>(scale.w) * scale.h - begin;
    chunk.count = static_cast<int>(left < Tuning::kCountValues ? left : Tuning::kCountValues);
    chunk.pooled = args.pooled[(variant * 2 + args.role) * kScales + chunk.scale];
    chunk.needed = totals_of(args).scale[args.role][chunk.scale].positives > chunk.pooled;
    return chunk;
}

__device__ __forceinline__ uint32_t* bins_of(const Args& args, int variant, int scale) {
    return args.bins + blockIdx.z * args.frame_bins + static_cast<size_t>(variant * kScales + scale) * kBins;
}

/// The digits of the smallest rank that is pooled, as far as they are known, and how many ranks are above what they allow.
struct Known {
    uint32_t prefix;
    uint64_t above;
};

struct SelectScratch {
    uint32_t of_thread[Tuning::kCountThreads];
    Known known;
};

/// Finds the next digit from the counts of ranks with that prefix. All threads of the block call it.
template <int kDigit>
__device__ Known with_digit(const Known& known, const uint32_t* bins, uint64_t pooled) {
    constexpr int kEach = (1 << digit_bits(kDigit)) / Tuning::kCountThreads;
    auto& scratch = cuda::block_shared<SelectScratch>();
    const int thread = cuda::thread_in_block();
    bins += first_bin(kDigit);
    uint32_t sum = 0;
    for (int i = 0; i < kEach; i++) sum += bins[thread * kEach + i];
    scratch.of_thread[thread] = sum;
    __syncthreads();
    if (thread == 0) {
        uint64_t above = known.above;
        int group = Tuning::kCountThreads - 1;
        while (group > 0 && above + scratch.of_thread[group] < pooled) above += scratch.of_thread[group--];
        int bin = group * kEach + kEach - 1;
        while (bin > 0 && above + bins[bin] < pooled) above += bins[bin--];
        scratch.known = {known.prefix << digit_bits(kDigit) | static_cast<uint32_t>(bin), above};
    }
    __syncthreads();
    const Known result = scratch.known;
    __syncthreads();
    return result;
}

/// The first kDigit digits.
template <int kDigit>
__device__ __forceinline__ Known known_digits(const uint32_t* bins, uint64_t pooled) {
    Known known{0, 0};
    if constexpr (kDigit > 0) known = with_digit<0>(known, bins, pooled);
    if constexpr (kDigit > 1) known = with_digit<1>(known, bins, pooled);
    if constexpr (kDigit > 2) known = with_digit<2>(known, bins, pooled);
    return known;
}

struct BinScratch {
    uint32_t bins[1024];
};

/// Counts the ranks of the confidences by digit kDigit, of those whose digits before it are the wanted ones.
template <int kDigit>
__device__ __forceinline__ void count_digit(const Args& args) {
    constexpr int kCount = 1 << digit_bits(kDigit);
    const int variant = static_cast<int>(blockIdx.y);
    const Chunk chunk = chunk_of(args, variant);
    if (!chunk.needed) return;
    uint32_t* bins = bins_of(args, variant, chunk.scale);
    const Known known = known_digits<kDigit>(bins, chunk.pooled);
    auto& scratch = cuda::block_shared<BinScratch>();
    for (int i = cuda::thread_in_block(); i < kCount; i += Tuning::kCountThreads) scratch.bins[i] = 0;
    __syncthreads();
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads) {
        const float value = chunk.values[i];
        if (!(value > 0)) continue;
        const uint32_t digits = rank(value) >> digit_shift(kDigit);
        if (digits >> digit_bits(kDigit) == known.prefix) atomicAdd(&scratch.bins[digits & (kCount - 1)], 1u);
    }
    __syncthreads();
    for (int i = cuda::thread_in_block(); i < kCount; i += Tuning::kCountThreads)
        if (scratch.bins[i]) atomicAdd(bins + first_bin(kDigit) + i, scratch.bins[i]);
}

__device__ __forceinline__ void sum_largest(const Args& args) {
    const int variant = static_cast<int>(blockIdx.y);
    const Chunk chunk = chunk_of(args, variant);
    if (!chunk.needed) return;
    const Known known = known_digits<kDigits>(bins_of(args, variant, chunk.scale), chunk.pooled);
    int64_t sum[1] = {};
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads) {
        const float value = chunk.values[i];
        if (value > 0 && rank(value) > known.prefix) sum[0] += static_cast<int64_t>(fixed_point(value));
    }
    Selected::Scale& selected = selected_of(args, variant).scale[args.role][chunk.scale];
    cuda::add_block_sums(sum, &selected.sum);
    if (cuda::thread_in_block() == 0 && static_cast<int>(blockIdx.x) == args.scale[chunk.scale].first_chunk) {
        selected.above = known.above;
        selected.rank = known.prefix;
    }
}

__device__ __forceinline__ void draw_heatmaps(const Args& args) {
    const Chunk chunk = chunk_of(args, 0);
    const ScaleArg& scale = args.scale[chunk.scale];
    const float* first = args.confidences + blockIdx.z * args.plane + scale.offset;
    auto* out = reinterpret_cast<uint16_t*>(args.raw + blockIdx.z * args.raw_stride + args.heatmaps) + scale.heatmap +
                (chunk.values - first);
    for (int i = cuda::thread_in_block(); i < chunk.count; i += Tuning::kCountThreads)
        out[i] = heat(chunk.values[i], args.heat_scaling);
}

}  // namespace
}  // namespace vmaf::cambi

using vmaf::cambi::Args;
using vmaf::cambi::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kPrepareThreads)
    cambi_prepare_u8(const Args __grid_constant__ args) {
    vmaf::cambi::prepare<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kPrepareThreads)
    cambi_prepare_u16(const Args __grid_constant__ args) {
    vmaf::cambi::prepare<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_0(const Args __grid_constant__ args) {
    vmaf::cambi::filter<0>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_1(const Args __grid_constant__ args) {
    vmaf::cambi::filter<1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_2(const Args __grid_constant__ args) {
    vmaf::cambi::filter<2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_3(const Args __grid_constant__ args) {
    vmaf::cambi::filter<3>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kFilterThreads) cambi_filter_4(const Args __grid_constant__ args) {
    vmaf::cambi::filter<4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_1(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_2(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_4(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_8(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 8>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_16(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 16>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u8_32(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint8_t, 32>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_1(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_2(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_4(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 4>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_8(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 8>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_16(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 16>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kColumns)
    cambi_confidences_u16_32(const Args __grid_constant__ args) {
    vmaf::cambi::find_confidences<uint16_t, 32>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_0(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<0>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_1(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<1>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads) cambi_count_2(const Args __grid_constant__ args) {
    vmaf::cambi::count_digit<2>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads)
    cambi_sum_largest(const Args __grid_constant__ args) {
    vmaf::cambi::sum_largest(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kCountThreads)
    cambi_draw_heatmaps(const Args __grid_constant__ args) {
    vmaf::cambi::draw_heatmaps(args);
}
