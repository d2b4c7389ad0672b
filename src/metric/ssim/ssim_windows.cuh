// The sliding windows of float_ssim and float_ms_ssim: planes of a frame -> sums of similarity terms. Included by .cu files alone.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/ssim/ssim_windows_cuda.h"

namespace vmaf::ssim {
namespace {

constexpr int kReach = kTaps - 1;

struct MirrorFace {
    __device__ int operator()(int i, int n) const { return mirror_face(i, n); }
};

enum Plane { kRef, kDis, kRefRef, kDisDis, kRefDis, kPlanes };

/// Samples under the block's windows, and the five planes filtered along their rows.
struct Tile {
    static constexpr int kWidth = WindowTuning::kColumns + kReach, kHeight = WindowTuning::kRows + kReach;
    static constexpr int kPitch = 44;  // a multiple of 4, for vector loads
    alignas(16) float ref[kHeight][kPitch];
    alignas(16) float dis[kHeight][kPitch];
    float filtered[kPlanes][kHeight][WindowTuning::kColumns];
};
static_assert(Tile::kPitch >= Tile::kWidth && Tile::kPitch % 4 == 0);
static_assert(WindowTuning::kColumns * WindowTuning::kRows <= kMostTerms &&
              WindowTuning::kDown * WindowTuning::kThreadRows >= WindowTuning::kRows);

/// A value times 2^-896: its bits moved to where a double has them. Sums of such values round as sums of the values themselves,
/// and the conversion takes integer instructions, of which there are more per cycle. Without kSigned it must not be negative.
template <bool kSigned>
__device__ __forceinline__ double scaled_down(float value) {
    const uint32_t bits = __float_as_uint(value);
    if constexpr (!kSigned) return __longlong_as_double(static_cast<long long>(static_cast<uint64_t>(bits) << 29));
    // Moved arithmetically, the sign comes in front of the exponent's three new bits, which it fills: they are cleared.
    const auto high = static_cast<uint32_t>(static_cast<int32_t>(bits) >> 3) & 0x8fffffff;
    return __longlong_as_double(static_cast<long long>(static_cast<uint64_t>(high) << 32 | bits << 29));
}
__device__ __forceinline__ float scaled_up(double sum) {
    return static_cast<float>(sum * __longlong_as_double(0x77f0000000000000));  // 2^896
}

/// kCount neighbouring windows over samples[0 .. kCount + 9]: windowed() of ssim_math.h for each.
template <bool kSigned, int kCount>
__device__ __forceinline__ void filter(const float (&samples)[kCount + kReach], float (&out)[kCount]) {
#pragma unroll
    for (int i = 0; i < kCount; i++) {
        double sum = 0;
#pragma unroll
        for (int u = 0; u < kTaps; u++) sum += scaled_down<kSigned>(samples[i + u] * tap(u));
        out[i] = scaled_up(sum);
    }
}

/// One row's kAcross windows from column x on, for all planes. Squares have no sign.
template <bool kSigned>
__device__ __forceinline__ void filter_along(Tile& tile, int y, int x) {
    constexpr int kCount = WindowTuning::kAcross, kLength = kCount + kReach;
    float ref[kLength], dis[kLength], samples[kLength], out[kCount];
#pragma unroll
    for (int i = 0; i < kLength; i++) {
        ref[i] = tile.ref[y][x + i];
        dis[i] = tile.dis[y][x + i];
    }
    const auto store = [&](Plane plane) {
        if (plane == kRefRef || plane == kDisDis)
            filter<false, kCount>(samples, out);
        else
            filter<kSigned, kCount>(samples, out);
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

/// The block's similarity terms into the raw result. kSigned: samples can be negative.
template <class T, bool kSigned, int kTerms>
__device__ __forceinline__ void windows(const WindowArgs& args) {
    auto& tile = cuda::block_shared<Tile>();
    const int x0 = static_cast<int>(blockIdx.x) * WindowTuning::kColumns,
              y0 = static_cast<int>(blockIdx.y) * WindowTuning::kRows;
    const auto load = [&](const cuda::PlaneArg& plane, float(&out)[Tile::kHeight][Tile::kPitch]) {
        cuda::for_tile<Tile::kWidth, Tile::kHeight, T>(
            plane, args.x.decimated, args.y.decimated, x0 - args.x.padding, y0 - args.y.padding, MirrorFace{},
            [&](int x, int y, T sample) { out[y][x] = static_cast<float>(sample) * args.unit; });
    };
    load(args.frames[blockIdx.z].ref, tile.ref);
    load(args.frames[blockIdx.z].dis, tile.dis);
    __syncthreads();

    constexpr int kGroups = WindowTuning::kColumns / WindowTuning::kAcross;
    for (int i = cuda::thread_in_block(); i < kGroups * Tile::kHeight; i += WindowTuning::kThreads)
        filter_along<kSigned>(tile, i / kGroups, i % kGroups * WindowTuning::kAcross);
    __syncthreads();

    const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y) * WindowTuning::kDown;
    float moments[kPlanes][WindowTuning::kDown];
#pragma unroll
    for (int plane = 0; plane < kPlanes; plane++) {
        float column[WindowTuning::kDown + kReach];
#pragma unroll
        for (int i = 0; i < WindowTuning::kDown + kReach; i++)
            column[i] = tile.filtered[plane][min(ty + i, Tile::kHeight - 1)][tx];
        if (plane == kRefRef || plane == kDisDis)
            filter<false, WindowTuning::kDown>(column, moments[plane]);
        else
            filter<kSigned, WindowTuning::kDown>(column, moments[plane]);
    }

    int64_t sums[kTerms] = {};
#pragma unroll
    for (int i = 0; i < WindowTuning::kDown; i++) {
        if (x0 + tx >= args.x.positions || ty + i >= WindowTuning::kRows || y0 + ty + i >= args.y.positions) continue;
        add_terms(similarity({moments[kRef][i], moments[kDis][i], moments[kRefRef][i], moments[kDisDis][i],
                              moments[kRefDis][i]}),
                  sums);
    }
    cuda::add_block_sums(sums, reinterpret_cast<RawTerms<kTerms>*>(args.raw + blockIdx.z * args.raw_stride)->of);
}

}  // namespace
}  // namespace vmaf::ssim
