// butteraugli on the GPU: samples -> light -> opponent planes -> bands and the differences in them -> a map -> the sums of its rows.
#include "cuda/kernel/async_copy.h"
#include "cuda/kernel/kernel.h"
#include "metric/butteraugli/butteraugli_cuda.h"
#include "metric/colour/pixels.cuh"

namespace vmaf::butteraugli {
namespace {

constexpr int kSide = Tuning::kSide, kDown = Tuning::kDown, kRun = Tuning::kRun, kSides = 2;

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

// Light.

template <class T>
__device__ __forceinline__ void light(const LightArgs& args) {
    constexpr int kColumns = Tuning::kQuadColumns, kRows = Tuning::kQuadRows;
    const unsigned frame = blockIdx.z / kSides;
    const int side = static_cast<int>(blockIdx.z % kSides), x0 = static_cast<int>(blockIdx.x) * kColumns,
              y0 = static_cast<int>(blockIdx.y) * kRows, x = x0 + static_cast<int>(threadIdx.x),
              y = y0 + static_cast<int>(threadIdx.y);
    const colour::BlockQuads<T, kColumns, kRows> quads(args.pictures, static_cast<int>(frame), side, x0, y0);
    if (2 * x >= args.whole.w || 2 * y >= args.whole.h) return;
    const colour::Quad quad = quads.at(x - x0, y - y0);
    const auto store = [&](int plane, float colour::Rgb::*of) {
        const int name = kLight + side * kChannels + plane;
        const float of_quad[2][2] = {{quad.rgb[0][0].*of, quad.rgb[0][1].*of},
                                     {quad.rgb[1][0].*of, quad.rgb[1][1].*of}};
        // A row has room for an even number of samples.
        for (int row = 0; row < 2; row++)
            if (2 * y + row < args.whole.h)
                reinterpret_cast<float2*>(args.whole.row(frame, name, 2 * y + row))[x] =
                    make_float2(of_quad[row][0], of_quad[row][1]);
        if (args.has_half)
            args.half.row(frame, name, y)[x] = mean_of_four(of_quad[0][0], of_quad[0][1], of_quad[1][0], of_quad[1][1]);
    };
    store(0, &colour::Rgb::r);
    store(1, &colour::Rgb::g);
    store(2, &colour::Rgb::b);
}

// Receptors and bands.

__device__ __forceinline__ void receptors(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z / kSides;
    const int first = static_cast<int>(blockIdx.z % kSides) * kChannels;
    const Places places;
    auto tiles = blur_tiles<kReach[kSmooth]>(level, places, kChannels,
                                             [&](int i) { return level.row(frame, kLight + first + i, 0); });
    Blurred of[kChannels];
    unrolled<kChannels>([&](auto p) { of[p] = blur_tile(tiles.next(), level, args.blur, places); });
    places.each(level, [&](auto i, int x, int y) {
        Triple samples{}, smooth{};
        unrolled<kChannels>([&](auto p) {
            samples.v[p] = of[p].sample[i] * args.luminance;
            smooth.v[p] = of[p].blurred[i] * args.luminance;
        });
        const Triple planes = opponents(samples, smooth);
        unrolled<kChannels>([&](auto p) { level.row(frame, kOpponents + first + p, y)[x] = planes.v[p]; });
    });
}

/// The order in which channels are looked at.
__device__ constexpr Channel channel(int step) { return step == 0 ? kY : step == 1 ? kX : kB; }

/// Planes of that order from the plane `first` on, of each channel the reference's and the distorted picture's.
__device__ __forceinline__ auto planes_in_turn(const LevelArgs& level, unsigned frame, int first) {
    return [&level, frame, first](int i) {
        return level.row(frame, first + i % kSides * kChannels + channel(i / kSides), 0);
    };
}

__device__ __forceinline__ void low_band(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kLow]>(level, places, kSides * kChannels, planes_in_turn(level, frame, kOpponents));
    float map[kDown] = {}, low_of_y[kSides][kDown] = {};
#pragma unroll 1
    for (int step = 0; step < kChannels; step++) {
        const Channel c = channel(step);
        float value[kSides][kDown];
        unrolled<kSides>([&](auto side) {
            const int name = side * kChannels + c;
            const Blurred of = blur_tile(tiles.next(), level, args.blur, places);
            unrolled<kDown>([&](auto i) {
                if (c == kY) low_of_y[side][i] = of.blurred[i];
                value[side][i] = low_value(c, of.blurred[i], low_of_y[side][i]);
            });
            places.each(level, [&](auto i, int x, int y) {
                level.row(frame, kLight + name, y)[x] = of.sample[i] - of.blurred[i];
            });
        });
        unrolled<kDown>([&](auto i) {
            const float difference = value[0][i] - value[1][i];
            const float term = low_weight(c) * (difference * difference);
            map[i] = c == kY ? term : map[i] + term;
        });
    }
    places.each(level, [&](auto i, int x, int y) { level.row(frame, kLowMap, y)[x] = map[i]; });
}

__device__ __forceinline__ float mid_of(Channel c, float v) {
    return c == kX ? zeroed_near_zero(v, kMidZeroX) : c == kY ? doubled_near_zero(v, kMidDoubleY) : v;
}

__device__ __forceinline__ void mid_band(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kHigh]>(level, places, kSides * kChannels, planes_in_turn(level, frame, kLight));
    float map[kDown] = {}, left_of_y[kSides][kDown] = {};
#pragma unroll 1
    for (int step = 0; step < kChannels; step++) {
        const Channel c = channel(step);
        float band[kSides][kDown];
        unrolled<kSides>([&](auto side) {
            const int name = side * kChannels + c;
            const Blurred of = blur_tile(tiles.next(), level, args.blur, places);
            float left[kDown];
            unrolled<kDown>([&](auto i) {
                band[side][i] = mid_of(c, of.blurred[i]);
                left[i] = of.sample[i] - of.blurred[i];
                if (c == kY) left_of_y[side][i] = left[i];
                if (c == kX) left[i] *= suppression(left_of_y[side][i]);
            });
            if (c != kB)
                places.each(level, [&](auto i, int x, int y) { level.row(frame, kOpponents + name, y)[x] = left[i]; });
        });
        unrolled<kDown>([&](auto i) {
            const float difference = band[0][i] - band[1][i];
            map[i] += mid_weight(c) * (difference * difference);
        });
        if (c != kB)
            places.each(level, [&](auto i, int x, int y) {
                level.row(frame, kNumbers + c, y)[x] = pair_difference(band[0][i], band[1][i], args.lines[c]);
            });
    }
    places.each(level, [&](auto i, int x, int y) { level.row(frame, kAcMap, y)[x] = map[i]; });
}

__device__ __forceinline__ void fine_bands(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kUltra]>(level, places, kSides * 2, planes_in_turn(level, frame, kOpponents));
    float map[kDown] = {}, mask[kSides][kDown];
    places.each(level, [&](auto i, int x, int y) { map[i] = level.row(frame, kAcMap, y)[x]; });
    unrolled<2>([&](auto step) {
        constexpr Channel kOf = channel(step);
        Fine bands[kSides][kDown];
        unrolled<kSides>([&](auto side) {
            const Blurred of = blur_tile(tiles.next(), level, args.blur, places);
            unrolled<kDown>([&](auto i) {
                if constexpr (kOf == kY) {
                    bands[side][i] = fine_y(of.sample[i], of.blurred[i]);
                    mask[side][i] = mask_part(bands[side][i], kMaskY);
                } else {
                    bands[side][i] = fine_x(of.sample[i], of.blurred[i]);
                    mask[side][i] = mask_of(mask_part(bands[side][i], kMaskX) + mask[side][i], args.root_of_bias);
                }
            });
        });
        places.each(level, [&](auto i, int x, int y) {
            const Fine &a = bands[0][i], &b = bands[1][i];
            map[i] += uneven_difference(a.high, b.high, high_weight(kOf));
            level.row(frame, kHighNumbers + kOf, y)[x] = pair_difference(a.high, b.high, args.lines[kOf]);
            level.row(frame, kUltraNumbers + kOf, y)[x] = pair_difference(a.ultra, b.ultra, args.ultra_lines[kOf]);
        });
    });
    places.each(level, [&](auto i, int x, int y) {
        level.row(frame, kAcMap, y)[x] = map[i];
        unrolled<kSides>([&](auto side) { level.row(frame, kMasks + side, y)[x] = mask[side][i]; });
    });
}

__device__ __forceinline__ void masks(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles =
        blur_tiles<kReach[kMask]>(level, places, kSides, [&](int side) { return level.row(frame, kMasks + side, 0); });
    Blurred of[kSides];
    unrolled<kSides>([&](auto side) { of[side] = blur_tile(tiles.next(), level, args.blur, places); });
    places.each(level, [&](auto i, int x, int y) {
        const float difference = of[0].blurred[i] - of[1].blurred[i];
        level.row(frame, kBlurredMask, y)[x] = of[0].blurred[i];
        level.row(frame, kAcMap, y)[x] += kMaskDifference * (difference * difference);
    });
}

// The map.

/// Adds what is seen along lines of one band to the thread's places. Starts with a barrier.
template <bool kDense>
__device__ __forceinline__ void add_lines(const LevelArgs& level, const float* plane, const Places& places,
                                          float (&sums)[kDown]) {
    auto& tile = cuda::block_shared<Tile<kLineReach>>();
    __syncthreads();
    each_of_tile<kLineReach>(places, [&](int row, int column, int x, int y) {
        const bool inside = x >= 0 && y >= 0 && x < level.w && y < level.h;
        tile.at[row][column] = inside ? *sample(level, plane, x, y) : 0;
    });
    __syncthreads();
    unrolled<kDown>([&](auto i) {
        const auto at = [&](int right, int down) {
            return tile.at[places.first + i + kLineReach + down][places.column + kLineReach + right];
        };
        sums[i] += kDense ? dense_lines(at) : sparse_lines(at);
    });
}

/// The activity at a place.
__device__ __forceinline__ float activity(const LevelArgs& level, unsigned frame, int x, int y) {
    Least least(level.row(frame, kBlurredMask, y)[x]);
    for (const int down : {-kActivityStep, 0, kActivityStep}) {
        if (y + down < 0 || y + down >= level.h) continue;
        const float* row = level.row(frame, kBlurredMask, y + down);
        for (const int right : {-kActivityStep, 0, kActivityStep})
            if ((right != 0 || down != 0) && x + right >= 0 && x + right < level.w) least.see(row[x + right]);
    }
    return least.activity();
}

__device__ __forceinline__ void visible(const VisibleArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    float lines[kDown] = {};
    const auto plane = [&](int name) { return level.row(frame, name, 0); };
    for (const Channel c : {kY, kX}) add_lines<false>(level, plane(kNumbers + c), places, lines);
    for (const Channel c : {kY, kX}) {
        add_lines<false>(level, plane(kHighNumbers + c), places, lines);
        add_lines<true>(level, plane(kUltraNumbers + c), places, lines);
    }
    places.each(level, [&](auto i, int x, int y) {
        const float ac = level.row(frame, kAcMap, y)[x] + lines[i];
        const float difference = visible_difference(level.row(frame, kLowMap, y)[x], ac, activity(level, frame, x, y));
        level.row(frame, kMap, y)[x] =
            args.has_half ? blended(difference, args.half.row(frame, kMap, y / 2)[x / 2]) : difference;
    });
}

/// A warp adds up a row of the map.
__device__ __forceinline__ void powers(const PowersArgs& args) {
    constexpr unsigned kAll = 0xffffffffu;
    static_assert(kRowSums == cuda::kWarp);
    const unsigned frame = blockIdx.z;
    const int lane = static_cast<int>(threadIdx.x) % cuda::kWarp;
    const int y = (static_cast<int>(blockIdx.x) * Tuning::kRowThreads + static_cast<int>(threadIdx.x)) / cuda::kWarp;
    Powers sums{};
    float most = 0;
    if (y < args.level.h) {
        const float* row = args.level.row(frame, kMap, y);
        for (int x = lane; x < args.level.w; x += cuda::kWarp) {
            sums.add(row[x]);
            most = larger(most, row[x]);
        }
    }
    for (int step = cuda::kWarp / 2; step > 0; step /= 2) {
        for (double& sum : sums.sum) sum += __shfl_down_sync(kAll, sum, step);
        most = larger(most, __shfl_down_sync(kAll, most, step));
    }
    if (lane != 0 || y >= args.level.h) return;
    RawRow& out = reinterpret_cast<RawRow*>(args.raw + frame * args.raw_stride)[y];
    for (int i = 0; i < 3; i++) out.power[i] = sums.sum[i];
    out.most = most;
}

}  // namespace
}  // namespace vmaf::butteraugli

using vmaf::butteraugli::BandArgs;
using vmaf::butteraugli::LightArgs;
using vmaf::butteraugli::PowersArgs;
using vmaf::butteraugli::Tuning;
using vmaf::butteraugli::VisibleArgs;

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
constexpr int kReceptorBlocks = 4;  // all that a processor of Turing has room for
#else
constexpr int kReceptorBlocks = 5;
#endif

extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_light_u8(const LightArgs __grid_constant__ args) {
    vmaf::butteraugli::light<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_light_u16(const LightArgs __grid_constant__ args) {
    vmaf::butteraugli::light<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, kReceptorBlocks)
    butteraugli_receptors(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::receptors(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 3)
    butteraugli_low_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::low_band(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_mid_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::mid_band(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_fine_bands(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::fine_bands(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_masks(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::masks(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_visible(const VisibleArgs __grid_constant__ args) {
    vmaf::butteraugli::visible(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kRowThreads)
    butteraugli_powers(const PowersArgs __grid_constant__ args) {
    vmaf::butteraugli::powers(args);
}
