// Tiles of planes in shared memory, and their blurs. Included by butteraugli's kernels.
#pragma once

#include "cuda/kernel/async_copy.h"
#include "cuda/kernel/kernel.h"
#include "metric/butteraugli/butteraugli_cuda.h"

namespace vmaf::butteraugli {
namespace {

constexpr int kSide = Tuning::kSide, kDown = Tuning::kDown, kRun = Tuning::kRun;

/// The places of a thread: a column of the block's square, kDown rows from `y` on.
struct Places {
    __device__ Places()
        : column(static_cast<int>(threadIdx.x)),
          first(static_cast<int>(threadIdx.y) * kDown),
          x0(static_cast<int>(blockIdx.x) * kSide),
          y0(static_cast<int>(blockIdx.y) * kSide) {}

    /// put(i, x, y) for each place i of the thread that lies in the picture.
    template <class Put>
    __device__ __forceinline__ void each(const LevelArgs& level, Put put) const {
        const int x = x0 + column;
        if (x >= level.w) return;
        unrolled<kDown>([&](auto i) {
            const int y = y0 + first + i;
            if (y < level.h) put(i, x, y);
        });
    }

    int column, first;  ///< within the square
    int x0, y0;
};

// Tiles of planes.

/// Samples under a block's places and up to kReach around them, by row and column.
template <int kReach>
struct Tile {
    static constexpr int kLength = kSide + 2 * kReach;
    float at[kLength][kLength + 1];
};
template <int kReach>
struct TilePair {
    Tile<kReach> of[2];
};

/// Tiles of `count` planes, one after the other: while the block works on one, the next is on its way. start(i, tile) starts the copies of
/// plane i's samples. Every thread of the block has one, and calls it alike.
template <int kReach, class Start>
class Tiles {
 public:
    __device__ __forceinline__ Tiles(int count, Start start)
        : count_(count), start_(start), tiles_(cuda::block_shared<TilePair<kReach>>()) {
        start_(0, tiles_.of[0]);
    }
    /// The next plane's; the block is through with the one before. Has a barrier.
    __device__ __forceinline__ const Tile<kReach>& next() {
        cuda::finish_async_copies();
        __syncthreads();
        const Tile<kReach>& tile = tiles_.of[next_ % 2];
        if (++next_ < count_) start_(next_, tiles_.of[next_ % 2]);
        return tile;
    }

 private:
    int count_, next_ = 0;
    Start start_;
    TilePair<kReach>& tiles_;
};

/// copy(row, column, x, y) for each sample of a tile, shared out among the block's threads; (x, y) is its place in the picture or beside it.
template <int kReach, class Copy>
__device__ __forceinline__ void each_of_tile(const Places& places, Copy copy) {
    constexpr int kLength = Tile<kReach>::kLength;
    unrolled<(kLength + kSide - 1) / kSide>([&](auto part) {
        const int column = places.column + part * kSide;
        if (column >= kLength) return;
#pragma unroll
        for (int row = static_cast<int>(threadIdx.y); row < kLength; row += Tuning::kThreads / kSide)
            copy(row, column, places.x0 - kReach + column, places.y0 - kReach + row);
    });
}

/// True if the tile lies in the picture.
template <int kReach>
__device__ __forceinline__ bool inside(const LevelArgs& level, const Places& places) {
    return places.x0 >= kReach && places.y0 >= kReach && places.x0 + kSide + kReach <= level.w &&
           places.y0 + kSide + kReach <= level.h;
}

__device__ __forceinline__ const float* sample(const LevelArgs& level, const float* plane, int x, int y) {
    return plane + static_cast<size_t>(y) * static_cast<size_t>(level.pitch) + static_cast<size_t>(x);
}

// Blurs.

/// A sample near i of n: that which the smooth blur sees there, whose reach is less than any picture; some sample farther away.
__device__ __forceinline__ int reflected(int i, int n) {
    return min(max(i < 0 ? -1 - i : i < n ? i : 2 * n - 1 - i, 0), n - 1);
}

/// The tiles of blurs of the planes plane_of(0), plane_of(1), ... What lies beyond the picture is reflected for the smooth blur, and not looked
/// at by others.
template <int kReach, class PlaneOf>
__device__ __forceinline__ auto blur_tiles(const LevelArgs& level, const Places& places, int count, PlaneOf plane_of) {
    const auto start = [&level, &places, plane_of](int i, Tile<kReach>& tile) {
        const float* plane = plane_of(i);
        if (inside<kReach>(level, places)) {
            each_of_tile<kReach>(places, [&](int row, int column, int x, int y) {
                cuda::start_async_copy(&tile.at[row][column], sample(level, plane, x, y));
            });
        } else {
            each_of_tile<kReach>(places, [&](int row, int column, int x, int y) {
                cuda::start_async_copy(&tile.at[row][column],
                                       sample(level, plane, reflected(x, level.w), reflected(y, level.h)));
            });
        }
    };
    return Tiles<kReach, decltype(start)>(count, start);
}

/// A tile's rows, blurred along themselves at the columns of the block's places.
template <int kReach>
struct BlurredRows {
    float at[Tile<kReach>::kLength][kSide + 1];
};

/// A blur around sample i of n on one axis; at(j) is the sample j behind it.
template <int kReach, class At>
__device__ __forceinline__ float blurred_near_edge(const Blur& blur, int i, int n, At at) {
    if (at_edge(kReach, i, n)) return i < n ? blurred(blur, Edge(blur, kReach, i, n), at) : 0;
    return blurred<kReach>(blur, at);
}

/// True if no blur of the block looks beyond the picture, or if that makes no difference.
template <int kReach>
__device__ __forceinline__ bool plain(const LevelArgs& level, const Places& places) {
    return kReach == kFusedReach || inside<kReach>(level, places);
}

template <int kReach>
__device__ __forceinline__ void blur_across(const Tile<kReach>& tile, BlurredRows<kReach>& rows, const LevelArgs& level,
                                            const Blur& blur, const Places& places) {
    constexpr int kLength = Tile<kReach>::kLength;
    const bool is_plain = plain<kReach>(level, places);
    for (int i = cuda::thread_in_block(); i < kLength * (kSide / kRun); i += Tuning::kThreads) {
        const int row = i % kLength, start = i / kLength * kRun;
        if (is_plain) {
            float under[kRun + 2 * kReach];
            unrolled<kRun + 2 * kReach>([&](auto k) { under[k] = tile.at[row][start + k]; });
            unrolled<kRun>([&](auto k) {
                rows.at[row][start + k] = blurred<kReach>(blur, [&](int j) { return under[k + kReach + j]; });
            });
            continue;
        }
#pragma unroll 1
        for (int k = start; k < start + kRun; k++)
            rows.at[row][k] = blurred_near_edge<kReach>(blur, places.x0 + k, level.w,
                                                        [&](int j) { return tile.at[row][k + kReach + j]; });
    }
}

/// The samples of a thread's places, and these blurred.
struct Blurred {
    float sample[kDown], blurred[kDown];
};

/// Of a tile that all threads see. Every thread of the block calls it. Has a barrier.
template <int kReach>
__device__ __forceinline__ Blurred blur_tile(const Tile<kReach>& tile, const LevelArgs& level, const Blur& blur,
                                             const Places& places) {
    auto& rows = cuda::block_shared<BlurredRows<kReach>>();
    blur_across(tile, rows, level, blur, places);
    __syncthreads();
    Blurred out;
    unrolled<kDown>([&](auto k) { out.sample[k] = tile.at[places.first + k + kReach][places.column + kReach]; });
    if (plain<kReach>(level, places)) {
        float under[kDown + 2 * kReach];
        unrolled<kDown + 2 * kReach>([&](auto k) { under[k] = rows.at[places.first + k][places.column]; });
        unrolled<kDown>(
            [&](auto k) { out.blurred[k] = blurred<kReach>(blur, [&](int j) { return under[k + kReach + j]; }); });
    } else {
        unrolled<kDown>([&](auto k) {
            out.blurred[k] = blurred_near_edge<kReach>(blur, places.y0 + places.first + k, level.h, [&](int j) {
                return rows.at[places.first + k + kReach + j][places.column];
            });
        });
    }
    return out;
}

}  // namespace
}  // namespace vmaf::butteraugli
