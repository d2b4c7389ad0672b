// butteraugli on the GPU: samples -> light -> opponent planes -> bands and the differences in them -> a map -> the sums of its rows.
#include "cuda/kernel/kernel.h"
#include "metric/butteraugli/butteraugli_blurs.cuh"
#include "metric/butteraugli/butteraugli_cuda.h"
#include "metric/colour/pixels.cuh"

namespace vmaf::butteraugli {
namespace {

// Light.

template <class T>
__device__ __forceinline__ void light(const LightArgs& args) {
    constexpr int kColumns = Tuning::kQuadColumns, kRows = Tuning::kQuadRows;
    const colour::SideOfFrame of_frame(args.sides);
    const auto frame = static_cast<unsigned>(of_frame.frame);
    const int side = of_frame.side, x0 = static_cast<int>(blockIdx.x) * kColumns,
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
    const colour::SideOfFrame of_frame(args.sides);
    const auto frame = static_cast<unsigned>(of_frame.frame);
    const int first = of_frame.side * kChannels;
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

/// Planes of that order from the plane `first` on, of each channel those of the sides that are made, the reference's first.
template <Work kWork>
__device__ __forceinline__ auto planes_in_turn(const LevelArgs& level, unsigned frame, int first) {
    constexpr int kFirst = sides_of(kWork).first, kCount = sides_of(kWork).count;
    return [&level, frame, first](int i) {
        return level.row(frame, first + (kFirst + i % kCount) * kChannels + channel(i / kCount), 0);
    };
}

/// make(side) for each side that is made.
template <Work kWork, class Make>
__device__ __forceinline__ void each_side(Make make) {
    constexpr int kFirst = sides_of(kWork).first, kCount = sides_of(kWork).count;
    unrolled<kCount>([&](auto i) { make(std::integral_constant<int, kFirst + i>()); });
}

/// The reference's values at the thread's places: kept where its side alone is made, fetched where the other one is.
template <Work kWork>
__device__ __forceinline__ void keep_or_fetch(const BandArgs& args, unsigned frame, int name, const Places& places,
                                              float (&values)[kDown]) {
    if constexpr (kWork != kPair)
        places.each(args.level, [&](auto i, int x, int y) {
            float& at = args.reference.row(args.level, frame, name, y)[x];
            if constexpr (kWork == kOfReference)
                at = values[i];
            else
                values[i] = at;
        });
}

template <Work kWork>
__device__ __forceinline__ void low_band(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kLow]>(level, places, sides_of(kWork).count * kChannels,
                                          planes_in_turn<kWork>(level, frame, kOpponents));
    float map[kDown] = {}, low_of_y[kSides][kDown] = {};
#pragma unroll 1
    for (int step = 0; step < kChannels; step++) {
        const Channel c = channel(step);
        float value[kSides][kDown] = {};
        each_side<kWork>([&](auto side) {
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
        keep_or_fetch<kWork>(args, frame, kReferenceLow + c, places, value[0]);
        unrolled<kDown>([&](auto i) {
            const float difference = value[0][i] - value[1][i];
            const float term = low_weight(c) * (difference * difference);
            map[i] = c == kY ? term : map[i] + term;
        });
    }
    if constexpr (kWork != kOfReference)
        places.each(level, [&](auto i, int x, int y) { level.row(frame, kLowMap, y)[x] = map[i]; });
}

__device__ __forceinline__ float mid_of(Channel c, float v) {
    return c == kX ? zeroed_near_zero(v, kMidZeroX) : c == kY ? doubled_near_zero(v, kMidDoubleY) : v;
}

template <Work kWork>
__device__ __forceinline__ void mid_band(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kHigh]>(level, places, sides_of(kWork).count * kChannels,
                                           planes_in_turn<kWork>(level, frame, kLight));
    float map[kDown] = {}, left_of_y[kSides][kDown] = {};
#pragma unroll 1
    for (int step = 0; step < kChannels; step++) {
        const Channel c = channel(step);
        float band[kSides][kDown] = {};
        each_side<kWork>([&](auto side) {
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
        keep_or_fetch<kWork>(args, frame, kReferenceMid + c, places, band[0]);
        if constexpr (kWork == kOfReference) continue;
        unrolled<kDown>([&](auto i) {
            const float difference = band[0][i] - band[1][i];
            map[i] += mid_weight(c) * (difference * difference);
        });
        if (c != kB)
            places.each(level, [&](auto i, int x, int y) {
                level.row(frame, kNumbers + c, y)[x] = pair_difference(band[0][i], band[1][i], args.lines[c]);
            });
    }
    if constexpr (kWork != kOfReference)
        places.each(level, [&](auto i, int x, int y) { level.row(frame, kAcMap, y)[x] = map[i]; });
}

template <Work kWork>
__device__ __forceinline__ void fine_bands(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    auto tiles = blur_tiles<kReach[kUltra]>(level, places, sides_of(kWork).count * 2,
                                            planes_in_turn<kWork>(level, frame, kOpponents));
    float map[kDown] = {}, mask[kSides][kDown];
    if constexpr (kWork != kOfReference)
        places.each(level, [&](auto i, int x, int y) { map[i] = level.row(frame, kAcMap, y)[x]; });
    unrolled<2>([&](auto step) {
        constexpr Channel kOf = channel(step);
        float high[kSides][kDown] = {}, ultra[kSides][kDown] = {};
        each_side<kWork>([&](auto side) {
            const Blurred of = blur_tile(tiles.next(), level, args.blur, places);
            unrolled<kDown>([&](auto i) {
                const Fine bands =
                    kOf == kY ? fine_y(of.sample[i], of.blurred[i]) : fine_x(of.sample[i], of.blurred[i]);
                high[side][i] = bands.high;
                ultra[side][i] = bands.ultra;
                if constexpr (kOf == kY)
                    mask[side][i] = mask_part(bands, kMaskY);
                else
                    mask[side][i] = mask_of(mask_part(bands, kMaskX) + mask[side][i], args.root_of_bias);
            });
        });
        keep_or_fetch<kWork>(args, frame, kReferenceHigh + kOf, places, high[0]);
        keep_or_fetch<kWork>(args, frame, kReferenceUltra + kOf, places, ultra[0]);
        if constexpr (kWork != kOfReference)
            places.each(level, [&](auto i, int x, int y) {
                map[i] += uneven_difference(high[0][i], high[1][i], high_weight(kOf));
                level.row(frame, kHighNumbers + kOf, y)[x] = pair_difference(high[0][i], high[1][i], args.lines[kOf]);
                level.row(frame, ultra_numbers(kOf), y)[x] =
                    pair_difference(ultra[0][i], ultra[1][i], args.ultra_lines[kOf]);
            });
    });
    places.each(level, [&](auto i, int x, int y) {
        if constexpr (kWork != kOfReference) level.row(frame, kAcMap, y)[x] = map[i];
        each_side<kWork>([&](auto side) { level.row(frame, mask_of_side(side), y)[x] = mask[side][i]; });
    });
}

template <Work kWork>
__device__ __forceinline__ void masks(const BandArgs& args) {
    const LevelArgs& level = args.level;
    const unsigned frame = blockIdx.z;
    const Places places;
    constexpr int kFirst = sides_of(kWork).first, kCount = sides_of(kWork).count;
    auto tiles = blur_tiles<kReach[kMask]>(level, places, kCount,
                                           [&](int i) { return level.row(frame, mask_of_side(kFirst + i), 0); });
    Blurred of[kSides];
    each_side<kWork>([&](auto side) { of[side] = blur_tile(tiles.next(), level, args.blur, places); });
    places.each(level, [&](auto i, int x, int y) {
        float& of_reference = args.reference.row(level, frame, kReferenceMask, y)[x];
        if constexpr (kWork == kOfDistorted)
            of[0].blurred[i] = of_reference;
        else
            of_reference = of[0].blurred[i];
        if constexpr (kWork != kOfReference) {
            const float difference = of[0].blurred[i] - of[1].blurred[i];
            level.row(frame, kAcMap, y)[x] += kMaskDifference * (difference * difference);
        }
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
__device__ __forceinline__ float activity(const VisibleArgs& args, unsigned frame, int x, int y) {
    const LevelArgs& level = args.level;
    const auto row_of = [&](int of) -> const float* { return args.reference.row(level, frame, kReferenceMask, of); };
    Least least(row_of(y)[x]);
    for (const int down : {-kActivityStep, 0, kActivityStep}) {
        if (y + down < 0 || y + down >= level.h) continue;
        const float* row = row_of(y + down);
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
        add_lines<true>(level, plane(ultra_numbers(c)), places, lines);
    }
    places.each(level, [&](auto i, int x, int y) {
        const float ac = level.row(frame, kAcMap, y)[x] + lines[i];
        const float difference = visible_difference(level.row(frame, kLowMap, y)[x], ac, activity(args, frame, x, y));
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
using vmaf::butteraugli::kOfDistorted;
using vmaf::butteraugli::kOfReference;
using vmaf::butteraugli::kPair;
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
    vmaf::butteraugli::low_band<kPair>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 3)
    butteraugli_reference_low_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::low_band<kOfReference>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 3)
    butteraugli_distorted_low_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::low_band<kOfDistorted>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_mid_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::mid_band<kPair>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_reference_mid_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::mid_band<kOfReference>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_distorted_mid_band(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::mid_band<kOfDistorted>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_fine_bands(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::fine_bands<kPair>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_reference_fine_bands(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::fine_bands<kOfReference>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_distorted_fine_bands(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::fine_bands<kOfDistorted>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_masks(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::masks<kPair>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_reference_masks(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::masks<kOfReference>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads)
    butteraugli_distorted_masks(const BandArgs __grid_constant__ args) {
    vmaf::butteraugli::masks<kOfDistorted>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads, 4)
    butteraugli_visible(const VisibleArgs __grid_constant__ args) {
    vmaf::butteraugli::visible(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kRowThreads)
    butteraugli_powers(const PowersArgs __grid_constant__ args) {
    vmaf::butteraugli::powers(args);
}
