// From a picture to the planes of all scales on the GPU: levels and mask, then filtered and halved from scale to scale.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/cambi/cambi_cuda.h"

namespace vmaf::cambi {

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

}  // namespace vmaf::cambi
