// float_vif on the GPU: luma planes, scaled if need be -> terms of a scale and the pictures of the next -> sums of the terms' rows.
#include "cuda/kernel/kernel.h"
#include "metric/float/pictures.cuh"
#include "metric/float/resampling.cuh"
#include "metric/float/row_sums.cuh"
#include "metric/vif/float_vif_cuda.h"

namespace vmaf::float_vif {
namespace {

// ---- terms

enum Moment { kMeanRef, kMeanDis, kRefRef, kDisDis, kRefDis, kMoments };

/// The moments of a tile after the vertical filter, in dynamic shared memory: kRows rows of `columns` samples each.
struct FilteredDown {
    float* samples;
    int columns;

    __device__ float* row(int moment, int y) const { return samples + (moment * Tuning::kRows + y) * columns; }
};

/// One column of kThreadRows rows. Taps that lie beyond the filter are 0 and change no sum.
template <class T>
__device__ __forceinline__ void filter_down(const TermArgs& args, const float* filter, int x, int y, int row,
                                            const FilteredDown& out, int column) {
    constexpr int kRows = Tuning::kThreadRows;
    const PictureSource& source = args.source;
    const cuda::PlanePairArg& frame = source.frames[blockIdx.z];
    float sums[kMoments][kRows] = {};
    x = mirror_centre(x, source.w);
    const int top = y + row - args.taps / 2, bottom = top + args.taps + kRows - 1;
    const bool inside = top >= 0 && bottom <= source.h;
    for (int k = 0; k < bottom - top; k++) {
        const int at = inside ? top + k : mirror_centre(top + k, source.h);
        const float r = sample<T>(source, frame.ref, x, at), d = sample<T>(source, frame.dis, x, at);
        const float values[kMoments] = {r, d, r * r, d * d, r * d};
#pragma unroll
        for (int i = 0; i < kRows; i++) {
            const float tap = filter[kTapMargin + k - i];
#pragma unroll
            for (int m = 0; m < kMoments; m++) sums[m][i] += tap * values[m];
        }
    }
#pragma unroll
    for (int i = 0; i < kRows; i++)
#pragma unroll
        for (int m = 0; m < kMoments; m++) out.row(m, row + i)[column] = sums[m][i];
}

/// kThreadColumns neighbours, the first of which has its first tap at in[0].
__device__ __forceinline__ void filter_across(const float* filter, int taps, const float* in, float (&sums)[4]) {
    for (int k = 0; k < taps + kTapMargin; k += 4) {
        const float4 four = *reinterpret_cast<const float4*>(in + k);
        const float values[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
        for (int i = 0; i < 4; i++)
#pragma unroll
            for (int j = 0; j < 4; j++) sums[j] += filter[kTapMargin + k + i - j] * values[i];
    }
}

__device__ __forceinline__ void put_terms(const TermArgs& args, const Moments (&moments)[4], int x, int y) {
    Channel channels[4];
    float den[4], num[4];
#pragma unroll
    for (int j = 0; j < 4; j++) {
        channels[j] = channel(moments[j]);
        den[j] = reference_information(channels[j], args.noise);
    }
    const size_t plane = static_cast<size_t>(args.pitch) * args.source.h;
    float* out = args.terms + blockIdx.z * (args.limits + 1) * plane + static_cast<size_t>(y) * args.pitch + x;
    for (int i = 0; i < args.limits; i++, out += plane) {
        const float limit = args.gain_limits[i];
#pragma unroll
        for (int j = 0; j < 4; j++) num[j] = distorted_information(channels[j], args.noise, limit);
        *reinterpret_cast<float4*>(out) = make_float4(num[0], num[1], num[2], num[3]);
    }
    *reinterpret_cast<float4*>(out) = make_float4(den[0], den[1], den[2], den[3]);
}

struct FilterTaps {
    alignas(16) float tap[kTapRoom];
};

template <class T>
__device__ __forceinline__ void terms(const TermArgs& args) {
    auto& filter = cuda::block_shared<FilterTaps>();
    const FilteredDown filtered{cuda::dynamic_shared<float>(), tile_columns(args.taps)};
    const int left = static_cast<int>(blockIdx.x) * Tuning::kColumns,
              top = static_cast<int>(blockIdx.y) * Tuning::kRows;
    const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(Tuning::kThreads);
    for (int i = thread; i < kTapRoom; i += threads) filter.tap[i] = args.filter[i];
    __syncthreads();
    constexpr int kGroups = Tuning::kRows / Tuning::kThreadRows;
    for (int i = thread; i < filtered.columns * kGroups; i += threads) {
        const int column = i % filtered.columns, row = i / filtered.columns * Tuning::kThreadRows;
        filter_down<T>(args, filter.tap, left + column - args.taps / 2, top, row, filtered, column);
    }
    __syncthreads();
    constexpr int kQuads = Tuning::kColumns / Tuning::kThreadColumns;
    const int column = thread % kQuads * Tuning::kThreadColumns, row = thread / kQuads;
    const int x = left + column, y = top + row;
    if (x >= args.source.w || y >= args.source.h) return;
    float sums[kMoments][4] = {};
#pragma unroll
    for (int m = 0; m < kMoments; m++) filter_across(filter.tap, args.taps, filtered.row(m, row) + column, sums[m]);
    Moments moments[4];
#pragma unroll
    for (int j = 0; j < 4; j++)
        moments[j] = {sums[kMeanRef][j], sums[kMeanDis][j], sums[kRefRef][j], sums[kDisDis][j], sums[kRefDis][j]};
    put_terms(args, moments, x, y);
}

// ---- the next scale

struct HalfTile {
    static constexpr int kColumns = 2 * Tuning::kHalfColumns + kMostTaps;
    float of[2][Tuning::kHalfRows][kColumns];
};

template <class T>
__device__ __forceinline__ void halve(const HalfArgs& args) {
    auto& tile = cuda::block_shared<HalfTile>();
    const PictureSource& source = args.source;
    const cuda::PlanePairArg& frame = source.frames[blockIdx.z];
    const int left = static_cast<int>(blockIdx.x) * Tuning::kHalfColumns,
              top = static_cast<int>(blockIdx.y) * Tuning::kHalfRows;
    const int radius = args.taps / 2, columns = 2 * Tuning::kHalfColumns + args.taps - 2;
    for (int i = static_cast<int>(threadIdx.x); i < Tuning::kHalfRows * columns;
         i += static_cast<int>(Tuning::kThreads)) {
        const int column = i % columns, row = i / columns, first = 2 * (top + row) - radius;
        if (top + row >= args.h) continue;
        const int x = mirror_centre(2 * left + column - radius, source.w);
        const bool inside = first >= 0 && first + args.taps <= source.h;
        float ref = 0, dis = 0;
        for (int k = 0; k < args.taps; k++) {
            const int y = inside ? first + k : mirror_centre(first + k, source.h);
            ref += args.filter[k] * sample<T>(source, frame.ref, x, y);
            dis += args.filter[k] * sample<T>(source, frame.dis, x, y);
        }
        tile.of[0][row][column] = ref;
        tile.of[1][row][column] = dis;
    }
    __syncthreads();
    const size_t plane = static_cast<size_t>(args.pitch) * args.h;
    for (int i = static_cast<int>(threadIdx.x); i < 2 * Tuning::kHalfRows * Tuning::kHalfColumns;
         i += static_cast<int>(Tuning::kThreads)) {
        const int column = i % Tuning::kHalfColumns, row = i / Tuning::kHalfColumns % Tuning::kHalfRows;
        const int side = i / (Tuning::kHalfColumns * Tuning::kHalfRows);
        if (left + column >= args.w || top + row >= args.h) continue;
        float sum = 0;
        for (int k = 0; k < args.taps; k++) sum += args.filter[k] * tile.of[side][row][2 * column + k];
        args.out[(2 * blockIdx.z + side) * plane + static_cast<size_t>(top + row) * args.pitch + left + column] = sum;
    }
}

// ---- another size

template <class T>
__device__ __forceinline__ void resample(const ScaledArgs& args) {
    const int x = static_cast<int>(blockIdx.x * Tuning::kScaledColumns + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * Tuning::kScaledRows + threadIdx.y);
    if (x >= args.scale.x.size || y >= args.scale.y.size) return;
    const cuda::PlanePairArg& frame = args.source.frames[blockIdx.z / 2];
    const cuda::PlaneArg& plane = blockIdx.z % 2 ? frame.dis : frame.ref;
    float* out = args.out + blockIdx.z * static_cast<size_t>(args.pitch) * args.scale.y.size;
    out[static_cast<size_t>(y) * args.pitch + x] =
        resampled(args.scale, x, y, [&](int column, int row) { return sample<T>(args.source, plane, column, row); });
}

constexpr unsigned kThreads = Tuning::kThreads;

}  // namespace

extern "C" {
__global__ void __launch_bounds__(kThreads) float_vif_terms_u8(const TermArgs __grid_constant__ args) {
    terms<uint8_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_terms_u16(const TermArgs __grid_constant__ args) {
    terms<uint16_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_terms_f32(const TermArgs __grid_constant__ args) {
    terms<float>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_halve_u8(const HalfArgs __grid_constant__ args) {
    halve<uint8_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_halve_u16(const HalfArgs __grid_constant__ args) {
    halve<uint16_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_halve_f32(const HalfArgs __grid_constant__ args) {
    halve<float>(args);
}
__global__ void __launch_bounds__(cuda::kWarp) float_vif_rows(const RowSumArgs __grid_constant__ args) {
    sum_rows(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_resample_u8(const ScaledArgs __grid_constant__ args) {
    resample<uint8_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_vif_resample_u16(const ScaledArgs __grid_constant__ args) {
    resample<uint16_t>(args);
}
}

}  // namespace vmaf::float_vif
