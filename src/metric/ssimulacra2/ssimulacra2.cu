// ssimulacra2 on the GPU, scale by scale: pixels -> XYB and the next scale's light -> blurred along rows -> blurred down columns, and
// the sums of the maps.
#include "cuda/kernel/kernel.h"
#include "metric/colour/pixels.cuh"
#include "metric/ssimulacra2/ssimulacra2_cuda.h"

namespace vmaf::ssimulacra2 {
namespace {

using colour::Quad;
using colour::Rgb;

__device__ __forceinline__ float mean_of(const Quad& quad, float Rgb::*c) {
    return mean_of_four(quad.rgb[0][0].*c, quad.rgb[0][1].*c, quad.rgb[1][0].*c, quad.rgb[1][1].*c);
}

/// XYB of a quad, and its pixel of the next scale. Rows have room for pairs.
__device__ __forceinline__ void write_quad(const ScaleArgs& args, int frame, int picture, int x, int y,
                                           const Quad& quad) {
    const int first = picture * kChannels;
    for (int row = 0; row < 2 && 2 * y + row < args.h; row++) {
        const Rgb &l = quad.rgb[row][0], &r = quad.rgb[row][1];
        const Xyb left = to_xyb(l.r, l.g, l.b), right = to_xyb(r.r, r.g, r.b);
        const auto put = [&](int c, float a, float b) {
            *reinterpret_cast<float2*>(args.xyb.row(frame, first + c, 2 * y + row) + 2 * x) = make_float2(a, b);
        };
        put(0, left.x, right.x);
        put(1, left.y, right.y);
        put(2, left.b, right.b);
    }
    if (!args.next_light.data) return;
    args.next_light.row(frame, first, y)[x] = mean_of(quad, &Rgb::r);
    args.next_light.row(frame, first + 1, y)[x] = mean_of(quad, &Rgb::g);
    args.next_light.row(frame, first + 2, y)[x] = mean_of(quad, &Rgb::b);
}

/// The thread's quad; blockIdx.z is 2 frame + picture.
struct QuadPlace {
    __device__ __forceinline__ QuadPlace()
        : x(static_cast<int>(blockIdx.x * Tuning::kQuadColumns + threadIdx.x)),
          y(static_cast<int>(blockIdx.y * Tuning::kQuadRows + threadIdx.y)),
          frame(static_cast<int>(blockIdx.z / 2)),
          picture(static_cast<int>(blockIdx.z % 2)) {}
    __device__ __forceinline__ bool inside(const ScaleArgs& args) const { return 2 * x < args.w && 2 * y < args.h; }

    int x, y, frame, picture;
};

template <class T>
__device__ __forceinline__ void pixels(const PixelArgs& args) {
    const QuadPlace place;
    if (!place.inside(args.scale)) return;
    const cuda::PlanePairArg(&pair)[3] = args.frames[place.frame];
    const cuda::PlaneArg planes[3] = {place.picture ? pair[0].dis : pair[0].ref,
                                      place.picture ? pair[1].dis : pair[1].ref,
                                      place.picture ? pair[2].dis : pair[2].ref};
    write_quad(args.scale, place.frame, place.picture, place.x, place.y,
               colour::read_quad<T>(args.conversion, planes, place.x, place.y));
}

__device__ __forceinline__ void smaller_pixels(const ScaleArgs& args) {
    const QuadPlace place;
    if (!place.inside(args)) return;
    Quad quad;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const int x = min(2 * place.x + i % 2, args.w - 1), y = min(2 * place.y + i / 2, args.h - 1);
        const auto at = [&](int c) { return args.light.row(place.frame, place.picture * kChannels + c, y)[x]; };
        quad.rgb[i / 2][i % 2] = {at(0), at(1), at(2)};
    }
    write_quad(args, place.frame, place.picture, place.x, place.y, quad);
}

// Along rows.

/// Columns of a chunk; the shared memory has the latest two of a and b, and a chunk of results of each quantity.
constexpr int kChunk = 32;
struct AcrossTile {
    float samples[2][2 * kChunk][Tuning::kRows + 1];
    float results[kQuantities][kChunk][Tuning::kRows + 1];
};

/// Column x, from -kBehind on, of the two chunks.
__device__ __forceinline__ float sample_of(const AcrossTile& tile, Quantity quantity, int x, int lane) {
    const int at = x & (2 * kChunk - 1);
    if (quantity == kA || quantity == kAA) {
        const float a = tile.samples[0][at][lane];
        return quantity == kA ? a : a * a;
    }
    const float b = tile.samples[1][at][lane];
    if (quantity == kAB) return tile.samples[0][at][lane] * b;
    return quantity == kB ? b : b * b;
}

/// Steps of a chunk: results[i] is step first + i.
template <Quantity kWhich>
__device__ __forceinline__ void blur_chunk(AcrossTile& tile, Resonator (&resonators)[kResonators], int first, int w,
                                           int lane) {
    constexpr GroupFactors kFactors[kResonators] = {group_factors(0), group_factors(1), group_factors(2)};
    const GroupFactors factors[kResonators] = {kFactors[0], kFactors[1], kFactors[2]};
#pragma unroll 1
    for (int i = 0; i < kChunk; i += kGroup) {
        const int n = first + i;
        float sums[kGroup], results[kGroup];
#pragma unroll
        for (int j = 0; j < kGroup; j++)
            sums[j] = sample_of(tile, kWhich, n + j - kBehind, lane) + sample_of(tile, kWhich, n + j + kAhead, lane);
        if (group_at(n, w)) {
            float outputs[kResonators][kGroup];
#pragma unroll
            for (int k = 0; k < kResonators; k++) resonators[k].group(factors[k], sums, outputs[k]);
#pragma unroll
            for (int j = 0; j < kGroup; j++) results[j] = outputs[0][j] + (outputs[1][j] + outputs[2][j]);
        } else {
#pragma unroll
            for (int j = 0; j < kGroup; j++) {
                float outputs[kResonators];
#pragma unroll
                for (int k = 0; k < kResonators; k++) outputs[k] = resonators[k].step_across(factors[k], sums[j]);
                results[j] = outputs[0] + (outputs[1] + outputs[2]);
            }
        }
#pragma unroll
        for (int j = 0; j < kGroup; j++) tile.results[kWhich][i + j][lane] = results[j];
    }
}

/// A block has kRows rows of a component, and a warp for each quantity; all load, some rest.
__device__ __forceinline__ void blur_rows(const ScaleArgs& args) {
    auto& tile = cuda::block_shared<AcrossTile>();
    const int lane = static_cast<int>(threadIdx.x), warp = static_cast<int>(threadIdx.y);
    const int top = static_cast<int>(blockIdx.x) * Tuning::kRows, c = static_cast<int>(blockIdx.y),
              frame = static_cast<int>(blockIdx.z);
    const MapSet maps = args.maps[c];
    const int quantities = maps.structure ? kQuantities : maps.edges ? kEdgeQuantities : 0;
    Resonator resonators[kResonators];
    for (int i = cuda::thread_in_block(); i < 2 * kChunk * Tuning::kRows; i += Tuning::kAcrossThreads)
        for (int picture = 0; picture < 2; picture++) tile.samples[picture][i / Tuning::kRows][i % Tuning::kRows] = 0;
    for (int left = 0; left - kAhead < args.w && quantities > 0; left += kChunk) {
        __syncthreads();
        const int x = left + lane;
        for (int i = warp; i < 2 * Tuning::kRows; i += kQuantities) {
            const int picture = i / Tuning::kRows, row = i % Tuning::kRows;
            const bool inside = x < args.w && top + row < args.h;
            tile.samples[picture][x & (2 * kChunk - 1)][row] =
                inside ? args.xyb.row(frame, picture * kChannels + c, top + row)[x] : 0.f;
        }
        __syncthreads();
        if (warp < quantities) {
            const int first = left - kAhead;
            switch (warp) {
                case kA: blur_chunk<kA>(tile, resonators, first, args.w, lane); break;
                case kB: blur_chunk<kB>(tile, resonators, first, args.w, lane); break;
                case kAA: blur_chunk<kAA>(tile, resonators, first, args.w, lane); break;
                case kBB: blur_chunk<kBB>(tile, resonators, first, args.w, lane); break;
                default: blur_chunk<kAB>(tile, resonators, first, args.w, lane);
            }
            __syncwarp();
            const int to = first + lane;
            for (int row = 0; row < Tuning::kRows && top + row < args.h; row++)
                if (to >= 0 && to < args.w)
                    args.across.row(frame, args.first_across[c] + warp, top + row)[to] = tile.results[warp][lane][row];
        }
    }
}

// Down columns.

/// The terms of a band's columns.
struct BandTerms {
    float of[kTerms];

    __device__ __forceinline__ void add(Map map, float value) {
        const float u = value * kTermScale;
        of[map] += u;
        of[kMaps + map] += fourth_power(u);
    }
    /// Adds the tile's sums; every lane of the warp calls it.
    __device__ __forceinline__ void finish(ChannelSums& sums, MapSet maps) {
#pragma unroll
        for (int term = 0; term < kTerms; term++) {
            float sum = of[term];
#pragma unroll
            for (int apart = kTileWidth / 2; apart > 0; apart /= 2) sum += __shfl_down_sync(0xffffffffu, sum, apart);
            of[term] = 0;
            if (threadIdx.x != 0 || !(term % kMaps == kStructure ? maps.structure : maps.edges)) continue;
            const FloatParts parts = FloatSum::parts(sum);
            cuda::atomic_add(&sums.term[term].limb[parts.first], parts.low);
            cuda::atomic_add(&sums.term[term].limb[parts.first + 1], parts.high);
        }
    }
};

template <bool kWithStructure, bool kWithEdges>
__device__ __forceinline__ void blur_columns(const ScaleArgs& args, ChannelSums& sums, int frame, int c, int x) {
    constexpr int kCount = kWithStructure ? kQuantities : kEdgeQuantities;
    const bool inside = x < args.w;
    const int column = inside ? x : args.w - 1;
    const float* across[kCount];
#pragma unroll
    for (int q = 0; q < kCount; q++) across[q] = args.across.row(frame, args.first_across[c] + q, 0) + column;
    const float *const raw_a = args.xyb.row(frame, c, 0) + column, *const raw_b =
                                                                       args.xyb.row(frame, kChannels + c, 0) + column;
    const size_t pitch = static_cast<size_t>(args.across.pitch);
    Resonator resonators[kCount][kResonators];
    BandTerms terms = {};
#pragma unroll 2
    for (int n = kFirstStep; n < args.h; n++) {
        float blurred[kCount];
#pragma unroll
        for (int q = 0; q < kCount; q++) {
            const float behind = n >= kBehind ? across[q][static_cast<size_t>(n - kBehind) * pitch] : 0.f;
            const float ahead = n + kAhead < args.h ? across[q][static_cast<size_t>(n + kAhead) * pitch] : 0.f;
            const float sum = behind + ahead;
            const float first = resonators[q][0].step_down(0, sum), second = resonators[q][1].step_down(1, sum),
                        third = resonators[q][2].step_down(2, sum);
            blurred[q] = first + (second + third);
        }
        if (n < 0) continue;
        if (inside) {
            if constexpr (kWithStructure)
                terms.add(kStructure,
                          structure_error(blurred[kA], blurred[kB], blurred[kAA], blurred[kBB], blurred[kAB]));
            if constexpr (kWithEdges) {
                const size_t at = static_cast<size_t>(n) * pitch;
                const float change = edge_change(raw_a[at], blurred[kA], raw_b[at], blurred[kB]);
                terms.add(kArtefact, change > 0 ? change : 0);
                terms.add(kLoss, change < 0 ? -change : 0);
            }
        }
        if ((n + 1) % kTileHeight == 0 || n + 1 == args.h) terms.finish(sums, {kWithStructure, kWithEdges});
    }
}

__device__ __forceinline__ void compare(const ScaleArgs& args) {
    const int c = static_cast<int>(blockIdx.y), frame = static_cast<int>(blockIdx.z);
    const int x = static_cast<int>((blockIdx.x * Tuning::kColumnTiles + threadIdx.y) * kTileWidth + threadIdx.x);
    auto& sums = reinterpret_cast<ChannelSums*>(args.sums + static_cast<size_t>(frame) * args.raw_stride)[c];
    const MapSet maps = args.maps[c];
    if (maps.structure && maps.edges)
        blur_columns<true, true>(args, sums, frame, c, x);
    else if (maps.structure)
        blur_columns<true, false>(args, sums, frame, c, x);
    else if (maps.edges)
        blur_columns<false, true>(args, sums, frame, c, x);
}

}  // namespace
}  // namespace vmaf::ssimulacra2

using vmaf::ssimulacra2::PixelArgs;
using vmaf::ssimulacra2::ScaleArgs;
using vmaf::ssimulacra2::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kQuadThreads)
    ssimulacra2_pixels_u8(const PixelArgs __grid_constant__ args) {
    vmaf::ssimulacra2::pixels<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kQuadThreads)
    ssimulacra2_pixels_u16(const PixelArgs __grid_constant__ args) {
    vmaf::ssimulacra2::pixels<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kQuadThreads)
    ssimulacra2_smaller_pixels(const ScaleArgs __grid_constant__ args) {
    vmaf::ssimulacra2::smaller_pixels(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kAcrossThreads)
    ssimulacra2_rows(const ScaleArgs __grid_constant__ args) {
    vmaf::ssimulacra2::blur_rows(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kDownThreads)
    ssimulacra2_columns(const ScaleArgs __grid_constant__ args) {
    vmaf::ssimulacra2::compare(args);
}
