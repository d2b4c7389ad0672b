// float_ssim on the GPU: luma planes -> decimated float planes, unless the scale is 1 -> sums of similarity terms.
#include "cuda/kernel/kernel.h"
#include "metric/ssim/ssim_cuda.h"
#include "metric/ssim/ssim_math.h"

namespace vmaf::ssim {
namespace {

constexpr int kReach = kTaps - 1;

struct MirrorFace {
    __device__ int operator()(int i, int n) const { return mirror_face(i, n); }
};

// ---- decimation

/// A decimated sample, the sum of a box; `column` and `row` map positions in the box into the plane.
template <class T, class Column, class Row>
__device__ __forceinline__ float box(const cuda::PlaneArg& plane, int scale, unsigned bpc, Column column, Row row) {
    const float unit = sample_unit(bpc), weight = box_weight(scale);
    if ((scale & (scale - 1)) == 0 && scale <= 16) {  // the weight is a power of two: no product rounds, integers do
        unsigned sum = 0;
        for (int j = 0; j < scale; j++) {
            const T* samples = plane.row<T>(row(j));
            for (int i = 0; i < scale; i++) sum += samples[column(i)];
        }
        return static_cast<float>(sum) * (unit * weight);
    }
    double sum = 0;
    for (int i = 0; i < scale; i++) {
        double of_column = 0;
        for (int j = 0; j < scale; j++)
            of_column += static_cast<double>(static_cast<float>(plane.row<T>(row(j))[column(i)]) * unit * weight);
        sum += of_column;
    }
    return static_cast<float>(sum);
}

template <class T>
__device__ __forceinline__ void decimate(const Args& args) {
    const int x = static_cast<int>(blockIdx.x * Tuning::kDecimateColumns + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * Tuning::kDecimateRows + threadIdx.y);
    if (x >= args.x.decimated || y >= args.y.decimated) return;
    const int frame = static_cast<int>(blockIdx.z) / 2;
    const cuda::PlaneArg& plane = blockIdx.z % 2 ? args.frames[frame].dis : args.frames[frame].ref;
    const int scale = args.scale, left = x * scale - scale / 2, top = y * scale - scale / 2;
    const int w = args.x.source, h = args.y.source;
    float value;
    if (left >= 0 && top >= 0 && left + scale <= w && top + scale <= h)
        value = box<T>(
            plane, scale, args.bpc, [=](int i) { return left + i; }, [=](int j) { return top + j; });
    else
        value = box<T>(
            plane, scale, args.bpc, [=](int i) { return mirror_face(left + i, w); },
            [=](int j) { return mirror_face(top + j, h); });
    const cuda::PlaneArg out{args.decimated + blockIdx.z * args.decimated_plane, args.decimated_pitch};
    const_cast<float*>(out.row<float>(y))[x] = value;
}

// ---- windows

enum Plane { kRef, kDis, kRefRef, kDisDis, kRefDis, kPlanes };

/// Samples under the block's windows, and the five planes filtered along their rows.
struct Tile {
    static constexpr int kWidth = Tuning::kColumns + kReach, kHeight = Tuning::kRows + kReach;
    static constexpr int kPitch = 44;  // a multiple of 4, for vector loads
    alignas(16) float ref[kHeight][kPitch];
    alignas(16) float dis[kHeight][kPitch];
    float filtered[kPlanes][kHeight][Tuning::kColumns];
};
static_assert(Tile::kPitch >= Tile::kWidth && Tile::kPitch % 4 == 0);
static_assert(Tuning::kColumns * Tuning::kRows <= kMostTerms && Tuning::kDown * Tuning::kThreadRows >= Tuning::kRows);

/// A sample that is not negative, times 2^-896: its bits moved to where a double has them. Sums of such values round as
/// sums of the values themselves, and the conversion takes integer instructions, of which there are more per cycle.
__device__ __forceinline__ double scaled_down(float value) {
    return __longlong_as_double(static_cast<long long>(static_cast<uint64_t>(__float_as_uint(value)) << 29));
}
__device__ __forceinline__ float scaled_up(double sum) {
    return static_cast<float>(sum * __longlong_as_double(0x77f0000000000000));  // 2^896
}

/// kCount neighbouring windows over samples[0 .. kCount + 9]: windowed() of ssim_math.h for each.
template <int kCount>
__device__ __forceinline__ void filter(const float (&samples)[kCount + kReach], float (&out)[kCount]) {
#pragma unroll
    for (int i = 0; i < kCount; i++) {
        double sum = 0;
#pragma unroll
        for (int u = 0; u < kTaps; u++) sum += scaled_down(samples[i + u] * tap(u));
        out[i] = scaled_up(sum);
    }
}

/// One row's kAcross windows from column x on, for all planes.
__device__ __forceinline__ void filter_along(Tile& tile, int y, int x) {
    constexpr int kCount = Tuning::kAcross, kLength = kCount + kReach;
    float ref[kLength], dis[kLength], samples[kLength], out[kCount];
#pragma unroll
    for (int i = 0; i < kLength; i++) {
        ref[i] = tile.ref[y][x + i];
        dis[i] = tile.dis[y][x + i];
    }
    const auto store = [&](Plane plane) {
        filter<kCount>(samples, out);
#pragma unroll
        for (int i = 0; i < kCount; i++) tile.filtered[plane][y][x + i] = out[i];
    };
    const auto each = [&](auto sample) {
#pragma unroll
        for (int i = 0; i < kLength; i++) samples[i] = sample(i);
    };
    each([&](int i) { return ref[i]; });
    store(kRef);
    each([&](int i) { return dis[i]; });
    store(kDis);
    each([&](int i) { return ref[i] * ref[i]; });
    store(kRefRef);
    each([&](int i) { return dis[i] * dis[i]; });
    store(kDisDis);
    each([&](int i) { return ref[i] * dis[i]; });
    store(kRefDis);
}

/// The block's similarity terms into the raw result. Samples of type T are multiplied with `unit`.
template <class T>
__device__ __forceinline__ void windows(const Args& args, const cuda::PlanePairArg& planes, float unit) {
    auto& tile = cuda::block_shared<Tile>();
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kColumns, y0 = static_cast<int>(blockIdx.y) * Tuning::kRows;
    const auto load = [&](const cuda::PlaneArg& plane, float(&out)[Tile::kHeight][Tile::kPitch]) {
        cuda::for_tile<Tile::kWidth, Tile::kHeight, T>(
            plane, args.x.decimated, args.y.decimated, x0 - args.x.padding, y0 - args.y.padding, MirrorFace{},
            [&](int x, int y, T sample) { out[y][x] = static_cast<float>(sample) * unit; });
    };
    load(planes.ref, tile.ref);
    load(planes.dis, tile.dis);
    __syncthreads();

    constexpr int kGroups = Tuning::kColumns / Tuning::kAcross;
    for (int i = cuda::thread_in_block(); i < kGroups * Tile::kHeight; i += Tuning::kThreads)
        filter_along(tile, i / kGroups, i % kGroups * Tuning::kAcross);
    __syncthreads();

    const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y) * Tuning::kDown;
    float moments[kPlanes][Tuning::kDown];
#pragma unroll
    for (int plane = 0; plane < kPlanes; plane++) {
        float column[Tuning::kDown + kReach];
#pragma unroll
        for (int i = 0; i < Tuning::kDown + kReach; i++)
            column[i] = tile.filtered[plane][min(ty + i, Tile::kHeight - 1)][tx];
        filter<Tuning::kDown>(column, moments[plane]);
    }

    int64_t sums[4] = {};
#pragma unroll
    for (int i = 0; i < Tuning::kDown; i++) {
        if (x0 + tx >= args.x.positions || ty + i >= Tuning::kRows || y0 + ty + i >= args.y.positions) continue;
        const Terms terms = similarity(
            {moments[kRef][i], moments[kDis][i], moments[kRefRef][i], moments[kDisDis][i], moments[kRefDis][i]});
        sums[0] += fixed_point(terms.ssim);
        sums[1] += fixed_point(terms.luminance);
        sums[2] += fixed_point(terms.contrast);
        sums[3] += fixed_point(terms.structure);
    }
    cuda::add_block_sums(sums, reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->sums);
}

template <class T>
__device__ __forceinline__ void windows_of_pictures(const Args& args) {
    windows<T>(args, args.frames[blockIdx.z], sample_unit(args.bpc));
}

__device__ __forceinline__ void windows_of_decimated(const Args& args) {
    const std::byte* ref = args.decimated + 2 * blockIdx.z * args.decimated_plane;
    windows<float>(args, {{ref, args.decimated_pitch}, {ref + args.decimated_plane, args.decimated_pitch}}, 1);
}

}  // namespace
}  // namespace vmaf::ssim

using vmaf::ssim::Args;
using vmaf::ssim::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kDecimateThreads)
    ssim_decimate_u8(const Args __grid_constant__ args) {
    vmaf::ssim::decimate<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kDecimateThreads)
    ssim_decimate_u16(const Args __grid_constant__ args) {
    vmaf::ssim::decimate<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads) ssim_windows_u8(const Args __grid_constant__ args) {
    vmaf::ssim::windows_of_pictures<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads) ssim_windows_u16(const Args __grid_constant__ args) {
    vmaf::ssim::windows_of_pictures<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads) ssim_windows_f32(const Args __grid_constant__ args) {
    vmaf::ssim::windows_of_decimated(args);
}
