// From a picture to the planes of all scales on the GPU: levels and mask, then filtered and halved from scale to scale.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/cambi/cambi_cuda.h"

namespace vmaf::cambi {

// --------------------------------------------------------------------------------------------- levels and mask
//
// A warp goes down kWarpColumns columns of the picture. Its outer columns are there for the others: the mask looks kMaskRadius
// pixels to either side, flatness one to the right, smoothing another one.

/// A lane's pixels of a row: column `lane` of the warp's in the lower half, column `lane` + 32 in the upper one.
using PixelPair = uint32_t;
inline constexpr int kWarpColumns = 2 * cuda::kWarp;
static_assert(Tuning::kPrepareColumns + 2 * kMaskRadius + 2 == kWarpColumns);

/// The pixels one to the right. There is none beyond the warp's last column.
__device__ __forceinline__ PixelPair right_of(PixelPair pair) {
    const int lane = static_cast<int>(threadIdx.x);
    const PixelPair next = __shfl_sync(0xffffffffu, pair, (lane + 1) % cuda::kWarp);
    return lane == cuda::kWarp - 1 ? next >> 16 : next;
}

/// Rows of levels, from the top down. What lies beyond an edge repeats it: then the edge's pixels are smoothed and flat as
/// they should be.
template <class T>
class LevelRows {
 public:
    __device__ LevelRows(const Args& args, int left, int row) : args_(args), row_(row) {
        const int lane = static_cast<int>(threadIdx.x);
        low_ = picked_column(left + lane);
        high_ = picked_column(left + lane + cuda::kWarp);
        if (args.smooth) sums_ = row_sums(row);
    }

    __device__ __forceinline__ PixelPair next() {
        const int row = row_++;
        if (!args_.smooth) return ten_bit_row(row);
        const PixelPair above = sums_;
        sums_ = row_sums(row + 1);
        return (above + sums_) >> 2 & 0x07ff07ff;
    }

 private:
    __device__ int picked_column(int x) const {
        const int column = min(max(x, 0), args_.w - 1);
        return args_.columns ? args_.columns[column] : column;
    }
    __device__ __forceinline__ PixelPair ten_bit_row(int y) const {
        const int row = min(max(y, 0), args_.h - 1);
        const T* samples = args_.frames[blockIdx.z].template row<T>(args_.rows ? args_.rows[row] : row);
        return static_cast<PixelPair>(ten_bits(__ldg(samples + low_), args_.bpc)) |
               static_cast<PixelPair>(ten_bits(__ldg(samples + high_), args_.bpc)) << 16;
    }
    __device__ __forceinline__ PixelPair row_sums(int y) const {
        const PixelPair row = ten_bit_row(y);
        return row + right_of(row);
    }

    const Args& args_;
    int row_, low_, high_;
    PixelPair sums_ = 0;  ///< of row_'s pixels and those to their right
};

/// The flat pixels of a square that slides down: three bits for each of its rows, the highest row first.
class FlatCount {
 public:
    __device__ __forceinline__ void slide(uint32_t row) {
        const int in_row = __popc(row & ((1u << kMaskSide) - 1));
        sum_ += in_row - static_cast<int>(rows_ >> 3 * (kMaskSide - 1) & 7);
        rows_ = rows_ << 3 | static_cast<uint32_t>(in_row);
    }
    __device__ __forceinline__ int sum() const { return sum_; }

 private:
    uint32_t rows_ = 0;
    int sum_ = 0;
};

__device__ __forceinline__ void clear_bins(const Args& args) {
    const size_t block = blockIdx.y * gridDim.x + blockIdx.x,
                 threads = static_cast<size_t>(gridDim.x) * gridDim.y * Tuning::kPrepareThreads;
    for (size_t i = block * Tuning::kPrepareThreads + cuda::thread_in_block(); i < args.frame_bins; i += threads)
        args.bins[blockIdx.z * args.frame_bins + i] = 0;
}

/// Writes a pixel of the first scale.
__device__ __forceinline__ void store_level(const Args& args, int x, int y, uint32_t level, int flat) {
    const int shift = args.halve_first;
    if (x >= args.w || (x | y) & shift) return;
    const ScaleArg& first = args.scale[0];
    uint16_t* out = args.levels + blockIdx.z * args.plane + first.offset;
    out[static_cast<size_t>(y >> shift) * first.w + (x >> shift)] =
        static_cast<uint16_t>(level | (flat > args.threshold ? kMaskBit : 0));
}

template <class T>
__device__ __forceinline__ void prepare(const Args& args) {
    clear_bins(args);
    const int lane = static_cast<int>(threadIdx.x);
    const int left = static_cast<int>(blockIdx.x) * Tuning::kPrepareColumns - kMaskRadius;
    const int y0 = static_cast<int>(blockIdx.y * Tuning::kPrepareWarps + threadIdx.y) * Tuning::kPrepareRows;
    const int y1 = min(y0 + Tuning::kPrepareRows, args.h);
    if (y0 >= args.h) return;
    const bool low_inside = left + lane >= 0 && left + lane < args.w, high_inside = left + lane + cuda::kWarp < args.w;

    LevelRows<T> rows(args, left, y0 - kMaskRadius);
    FlatCount low, high;
    PixelPair levels[kMaskRadius + 1] = {};  // of row y - kMaskRadius and those below it, to row y
    levels[kMaskRadius] = rows.next();
#pragma unroll 4
    for (int y = y0 - kMaskRadius; y < y1 + kMaskRadius; y++) {
        const PixelPair here = levels[kMaskRadius], below = rows.next();
        const PixelPair differences = (here ^ right_of(here)) | (here ^ below);
        const bool row_inside = y >= 0 && y < args.h;
        const uint32_t low_flat = __ballot_sync(0xffffffffu, row_inside && low_inside && !(differences & 0xffff));
        const uint32_t high_flat = __ballot_sync(0xffffffffu, row_inside && high_inside && !(differences >> 16));
        // Of the squares' rows, which begin kMaskRadius to the left of their pixels. The first lanes have no low pixel.
        const uint32_t across = __funnelshift_r(low_flat, high_flat, lane + cuda::kWarp - kMaskRadius);
        low.slide(across);
        high.slide(lane < kMaskRadius ? across : high_flat >> (lane - kMaskRadius));
        if (y >= y0 + kMaskRadius) {
            const PixelPair centre = levels[0];
            if (lane >= kMaskRadius) store_level(args, left + lane, y - kMaskRadius, centre & 0xffff, low.sum());
            if (lane + cuda::kWarp < kMaskRadius + Tuning::kPrepareColumns)
                store_level(args, left + lane + cuda::kWarp, y - kMaskRadius, centre >> 16, high.sum());
        }
#pragma unroll
        for (int i = 0; i < kMaskRadius; i++) levels[i] = levels[i + 1];
        levels[kMaskRadius] = below;
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

}  // namespace vmaf::cambi
