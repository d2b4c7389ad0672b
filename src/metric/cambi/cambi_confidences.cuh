// From counted pixels to confidences on the GPU: the windows' counts slide down strips of a scale.
#pragma once

#include "metric/cambi/cambi_results.cuh"

namespace vmaf::cambi {

/// Sums of the counts of a window's columns, and how the counts of a column and of a group of columns lie in words. Sums
/// begin with the cell in which the first word does.
template <class Cell, int kSteps>
class WindowCounts;

/// Columns count in bytes, groups in pairs of 16 bits: of the even and of the odd bytes of a column's word, as sums are.
template <int kSteps>
class WindowCounts<uint8_t, kSteps> {
 public:
    static constexpr int kPerWord = kByteCounts.per_word, kGroupWords = kByteCounts.group_words;
    static constexpr int kWords = (3 + 2 * kSteps + 1 + 3) / 4;

    static __device__ __forceinline__ void count_in_group(uint32_t* group, int cell, int change) {
        atomicAdd(group + 2 * (cell / 4) + cell % 2, static_cast<uint32_t>(change) << (cell & 2 ? 16 : 0));
    }

    /// Adds a column, `sign` times.
    __device__ __forceinline__ void add(const uint32_t* words, int sign) {
#pragma unroll
        for (int i = 0; i < kWords; i++) {
            const uint32_t word = words[i];
            pairs_[i].x += static_cast<uint32_t>(sign) * (word & 0x00ff00ff);
            pairs_[i].y += static_cast<uint32_t>(sign) * __byte_perm(word, 0, 0x4341);
        }
    }
    __device__ __forceinline__ void add_group(const uint32_t* words) {
        const auto* pairs = reinterpret_cast<const uint2*>(words);
#pragma unroll
        for (int i = 0; i < kWords; i++) {
            const uint2 both = pairs[i];
            pairs_[i].x += both.x;
            pairs_[i].y += both.y;
        }
    }
    __device__ __forceinline__ unsigned at(int i) const {
        const uint32_t pair = i % 2 ? pairs_[i / 4].y : pairs_[i / 4].x;
        return i % 4 < 2 ? pair & 0xffff : pair >> 16;
    }

 private:
    uint2 pairs_[kWords] = {};
};

/// Columns and groups count in 16 bits.
template <int kSteps>
class WindowCounts<uint16_t, kSteps> {
 public:
    static constexpr int kPerWord = kWideCounts.per_word, kGroupWords = kWideCounts.group_words;
    static constexpr int kWords = (1 + 2 * kSteps + 1 + 1) / 2;

    static __device__ __forceinline__ void count_in_group(uint32_t* group, int cell, int change) {
        atomicAdd(group + cell / 2, static_cast<uint32_t>(change) << (cell % 2 ? 16 : 0));
    }

    __device__ __forceinline__ void add(const uint32_t* words, int sign) {
#pragma unroll
        for (int i = 0; i < kWords; i++) {
            const uint32_t word = words[i];
            sums_[2 * i] += static_cast<uint32_t>(sign) * (word & 0xffff);
            sums_[2 * i + 1] += static_cast<uint32_t>(sign) * (word >> 16);
        }
    }
    __device__ __forceinline__ void add_group(const uint32_t* words) { add(words, 1); }
    __device__ __forceinline__ unsigned at(int i) const { return sums_[i]; }

 private:
    uint32_t sums_[2 * kWords] = {};
};

/// Which words of counts a strip needs, and their places among each other. A pixel of value v has cell v + kSteps, and its
/// confidence needs kSteps cells on either side: cells v to v + 2 kSteps.
template <int kPerWord, int kSteps>
struct Places {
    static constexpr int kWords = (kMaxLevel + 2 * kSteps) / kPerWord / 32 * 32 + 32;
    static constexpr uint16_t kNone = 0xffff;

    uint32_t seen[kMaxLevel / 32 + 1];  ///< a bit for each value that has confidences
    uint32_t needed[kWords / 32];       ///< a bit for each word
    uint16_t of_word[kWords];           ///< place; kNone: not needed
    uint16_t at[kWords];                ///< the word in a place

    /// True if some seen value's cells begin in this word or in one that is near enough before it.
    __device__ bool needs(int word) const {
        constexpr int kReach = (2 * kSteps + kPerWord - 1) / kPerWord;
        uint32_t found = 0;
        for (int i = max(0, word - kReach); i <= min(word, kMaxLevel / kPerWord); i++)
            found |= seen[i * kPerWord / 32] >> i * kPerWord % 32 & ((1u << kPerWord) - 1);
        return found;
    }

    /// From `seen` to the places; returns how many there are. All threads of the block call it.
    __device__ int find() {
        const int thread = cuda::thread_in_block(), lane = thread % cuda::kWarp;
        for (int word = thread; word < kWords; word += Tuning::kColumns) {
            const uint32_t bits = __ballot_sync(0xffffffffu, needs(word));
            if (lane == 0) needed[word / 32] = bits;
        }
        __syncthreads();
        for (int word = thread; word < kWords; word += Tuning::kColumns) {
            int place = __popc(needed[word / 32] & ((1u << lane) - 1));
            for (int i = 0; i < word / 32; i++) place += __popc(needed[i]);
            const bool is_needed = needed[word / 32] >> lane & 1;
            of_word[word] = is_needed ? static_cast<uint16_t>(place) : kNone;
            if (is_needed) at[place] = static_cast<uint16_t>(word);
        }
        __syncthreads();
        int count = 0;
        for (const uint32_t bits : needed) count += __popc(bits);
        return count;
    }
};

/// A strip of a scale, which a block works on: counts of its columns, from top to bottom, and of groups of kGroup columns, so that a window
/// adds up groups, and single columns at its two sides alone.
template <class Cell, int kSteps>
class Strip {
 public:
    using Counts = WindowCounts<Cell, kSteps>;

    __device__ Strip(const Args& args, int strip) : args_(args), scale_(args.scale[scale_of(args, strip)]) {
        strip -= scale_.first_strip;
        x0_ = strip % scale_.strips * Tuning::kColumns;
        y0_ = strip / scale_.strips * args.band_rows;
        y1_ = min(y0_ + args.band_rows, scale_.h);
        left_ = x0_ - args.radius;
        columns_ = Tuning::kColumns + 2 * args.radius;
        cell_words_ = args.cell_words;
        pixels_ = args.counted + blockIdx.z * args.plane + scale_.offset;
        const int groups = (columns_ + kGroup - 1) / kGroup;
        if constexpr (sizeof(Cell) == 1)
            words_ = cuda::dynamic_shared<uint32_t>();
        else
            words_ =
                reinterpret_cast<uint32_t*>(args.wide_counts + (blockIdx.z * gridDim.x + blockIdx.x) * args.wide_block);
        groups_ = words_ + groups * kGroup * cell_words_;
        count_words_ = groups * (kGroup + Counts::kGroupWords) * cell_words_;
    }

    static __device__ int scale_of(const Args& args, int strip) {
        int scale = 0;
        while (scale + 1 < kScales && strip >= args.scale[scale + 1].first_strip) scale++;
        return scale;
    }

    /// Goes down the strip as often as it takes for the counts to hold all places, each time with the confidences of some values.
    __device__ void find(uint64_t& positives, int64_t& sum) {
        see_values();
        const int count = places_.find();
        if (count == 0) write_zeros();
        for (begin_ = 0; first_place_ < count; begin_ = end_) {
            const int behind = first_place_ + cell_words_;
            end_ = behind < count ? places_.at[behind] * Counts::kPerWord - 2 * kSteps : kMaxLevel + 1;
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
            // The next values need some of the last words, too.
            first_place_ = behind;
            while (behind < count && places_.at[first_place_ - 1] >= end_ / Counts::kPerWord) first_place_--;
        }
    }

 private:
    static constexpr int kGroup = Tuning::kGroup;
    using P = Places<Counts::kPerWord, kSteps>;

    __device__ __forceinline__ int pixel(int x, int y) const {
        return __ldg(pixels_ + static_cast<size_t>(y) * scale_.w + x);
    }

    /// Calls body(column) for this thread's columns inside the picture.
    template <class Body>
    __device__ __forceinline__ void for_columns(Body body) const {
        for (int column = static_cast<int>(threadIdx.x); column < columns_; column += Tuning::kColumns)
            if (left_ + column >= 0 && left_ + column < scale_.w) body(column);
    }

    __device__ __forceinline__ bool has_confidence(int value) const {
        return value >= args_.lowest && value <= args_.highest;
    }

    /// Notes which values occur that have confidences.
    __device__ void see_values() {
        for (int i = static_cast<int>(threadIdx.x); i <= kMaxLevel / 32; i += Tuning::kColumns) places_.seen[i] = 0;
        __syncthreads();
        int last = kUncountedPixel;
        const int x = x0_ + static_cast<int>(threadIdx.x);
        if (x < scale_.w)
#pragma unroll 8
            for (int y = y0_; y < y1_; y++) {
                const int value = pixel(x, y);
                if (value != last && has_confidence(value)) atomicOr(&places_.seen[value / 32], 1u << value % 32);
                last = value;
            }
        __syncthreads();
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
        for (int i = static_cast<int>(threadIdx.x); i < count_words_; i += Tuning::kColumns) words_[i] = 0;
        __syncthreads();
        for_columns([&](int column) {
#pragma unroll 8
            for (int y = max(0, y0_ - args_.radius); y < min(scale_.h, y0_ + args_.radius); y++)
                count(column, pixel(left_ + column, y), 1);
        });
    }

    __device__ __forceinline__ void slide(int y) const {
        const int entering = y + args_.radius, leaving = y - args_.radius - 1;
        for_columns([&](int column) {
            const int in = entering < scale_.h ? pixel(left_ + column, entering) : kUncountedPixel;
            const int out = leaving >= 0 && y > y0_ ? pixel(left_ + column, leaving) : kUncountedPixel;
            if (in == out) return;
            count(column, in, 1);
            count(column, out, -1);
        });
    }

    __device__ __forceinline__ void count(int column, int value, int change) const {
        if (value > kMaxLevel) return;
        const int word = places_.of_word[(value + kSteps) / Counts::kPerWord] - first_place_;
        if (word < 0 || word >= cell_words_) return;
        const int cell = word * Counts::kPerWord + (value + kSteps) % Counts::kPerWord;
        Cell& count = reinterpret_cast<Cell*>(words_ + column * cell_words_)[cell];
        count = static_cast<Cell>(count + change);
        Counts::count_in_group(groups_ + column / kGroup * cell_words_ * Counts::kGroupWords, cell, change);
    }

    /// Writes and returns the confidence of this thread's pixel in row y; 0 where there is none or it is not the turn of its value.
    __device__ float confidence_at(int y) const {
        const int x = x0_ + static_cast<int>(threadIdx.x);
        if (x >= scale_.w) return 0;
        const int value = pixel(x, y);
        const bool here = has_confidence(value) && value >= begin_ && value < end_;
        const float confidence = here ? confidence_of_value(value) : 0;
        if (here || (!has_confidence(value) && begin_ == 0)) out()[static_cast<size_t>(y) * scale_.w + x] = confidence;
        return confidence;
    }

    /// Sums from a word of every column on: the groups between the bounds that are nearest to the window's sides, and
    /// columns between those and the sides.
    __device__ __forceinline__ Counts counts_of_window(int word) const {
        const int begin = static_cast<int>(threadIdx.x), end = begin + 2 * args_.radius + 1;
        const int first = (begin + kGroup / 2) / kGroup, last = (end + kGroup / 2) / kGroup;
        const int stride = cell_words_ * Counts::kGroupWords;
        const uint32_t* group = groups_ + first * stride + word * Counts::kGroupWords;
        Counts counts;
#pragma unroll 4
        for (int i = first; i < last; i++, group += stride) counts.add_group(group);
        add_between(counts, begin, first * kGroup, word);
        add_between(counts, last * kGroup, end, word);
        return counts;
    }

    /// Adds the columns from `from` to `to`, or takes them away if `from` is behind `to`. They are at most kGroup / 2.
    __device__ __forceinline__ void add_between(Counts& counts, int from, int to, int word) const {
        const int first = min(from, to), count = abs(to - from), sign = from < to ? 1 : -1;
        const uint32_t* words = words_ + first * cell_words_ + word;
#pragma unroll
        for (int i = 0; i < kGroup / 2; i++) counts.add(words + i * cell_words_, i < count ? sign : 0);
    }

    __device__ __forceinline__ float confidence_of_value(int value) const {
        const Counts counts = counts_of_window(places_.of_word[value / Counts::kPerWord] - first_place_);
        unsigned count[Counts::kWords * Counts::kPerWord];
#pragma unroll
        for (int i = 0; i < Counts::kWords * Counts::kPerWord; i++) count[i] = counts.at(i);
#pragma unroll
        for (int bit = 1; bit < Counts::kPerWord; bit *= 2)
            if (value & bit) {
#pragma unroll
                for (int i = 0; i + bit < Counts::kWords * Counts::kPerWord; i++) count[i] = count[i + bit];
            }

        const unsigned centre = count[kSteps];
        const int first = args_.first_step[value];
        float largest = 0;
#pragma unroll
        for (int step = 1; step <= kSteps; step++) {
            if (step < first) continue;
            const unsigned neighbour = max(count[kSteps - step], count[kSteps + step]);
            const float reciprocal = __ldg(args_.reciprocals + centre + neighbour);
            const float found = confidence(step, centre, neighbour, reciprocal);
            largest = found > largest ? found : largest;
        }
        return largest;
    }

    const Args& args_;
    const ScaleArg& scale_;
    int x0_, y0_, y1_;
    int left_, columns_;  ///< of the windows
    const uint16_t* pixels_;
    int cell_words_, count_words_;  ///< of a column; of all columns and groups
    uint32_t *words_, *groups_;
    P& places_ = cuda::block_shared<P>();
    int begin_ = 0, end_ = 0;  ///< values whose confidences are found
    int first_place_ = 0;      ///< of the words that are counted
};

template <class Cell, int kSteps>
__device__ __forceinline__ void find_confidences(const Args& args) {
    for (int strip = static_cast<int>(blockIdx.x); strip < args.all_strips; strip += static_cast<int>(gridDim.x)) {
        uint64_t positives[1] = {};
        int64_t sum[1] = {};
        Strip<Cell, kSteps>(args, strip).find(positives[0], sum[0]);
        Totals::Scale& totals = totals_of(args).scale[args.role][Strip<Cell, kSteps>::scale_of(args, strip)];
        cuda::add_block_sums(sum, &totals.sum);
        cuda::add_block_sums(positives, &totals.positives);
    }
}

}  // namespace vmaf::cambi
