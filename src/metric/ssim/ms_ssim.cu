// float_ms_ssim on the GPU: luma planes -> planes of four more scales; the planes of each scale -> sums of similarity terms.
#include "metric/ssim/ms_ssim_cuda.h"
#include "metric/ssim/ssim_windows.cuh"

namespace vmaf::ms_ssim {
namespace {

using Tuning = LowPassTuning;

/// Samples under the block's filters, even and odd columns apart, so that neighbouring threads read neighbours.
struct LowPassTile {
    static constexpr int kWidth = 2 * Tuning::kColumns + 2 * kReach - 1, kHeight = 2 * Tuning::kRows + 2 * kReach - 1;
    float samples[kHeight][2][Tuning::kColumns + kReach];
};

/// What lies under the nine columns of the filter in one row.
struct Neighbours {
    __device__ Neighbours(const LowPassTile& tile, int y, int x) {
#pragma unroll
        for (int u = 0; u <= 2 * kReach; u++) under[u] = tile.samples[y][u % 2][x + u / 2];
    }

    float under[2 * kReach + 1];
};

/// low_pass_row() of ms_ssim_math.h, scaled down. The taps' signs go to the sum: without kSigned no product has one.
template <int kRow, bool kSigned>
__device__ __forceinline__ double scaled_row(const Neighbours& samples) {
    double sum = 0;
#pragma unroll
    for (int u = 0; u <= 2 * kReach; u++) {
        const float tap = low_pass_tap(kRow, u - kReach);
        const double product = ssim::scaled_down<kSigned>(samples.under[u] * (tap < 0 ? -tap : tap));
        sum = tap < 0 ? sum - product : sum + product;
    }
    return sum;
}

/// Column x of the tile's filtered samples, from row `first` on: put(i, sample) takes sample i. Of the filtered rows whose sums are
/// under way, sums[k] belongs to the one that began k steps ago; each fills in ascending order.
template <bool kSigned, class Put>
__device__ __forceinline__ void filter_down(const LowPassTile& tile, int x, int first, Put put) {
    double sums[kReach + 1] = {};
    constexpr int kSteps = Tuning::kDown + kReach;
#pragma unroll 1
    for (int i = 0; i < kSteps; i++) {
        const Neighbours even(tile, 2 * (first + i), x);
        const double outer = scaled_row<4, kSigned>(even), inner = scaled_row<2, kSigned>(even);
        if (i >= kReach) put(i - kReach, ssim::scaled_up(sums[4] + outer));
        if (i == kSteps - 1) break;
        sums[3] += inner;
        sums[2] += scaled_row<0, kSigned>(even);
        sums[1] += inner;
        sums[0] = outer;
        const Neighbours odd(tile, 2 * (first + i) + 1, x);
        const double far = scaled_row<3, kSigned>(odd), near = scaled_row<1, kSigned>(odd);
        sums[4] = sums[3] + far;
        sums[3] = sums[2] + near;
        sums[2] = sums[1] + near;
        sums[1] = sums[0] + far;
    }
}

template <class T>
__device__ __forceinline__ void halve(const LowPassArgs& args) {
    auto& tile = cuda::block_shared<LowPassTile>();
    const int frame = static_cast<int>(blockIdx.z) / 2;
    const bool distorted = blockIdx.z % 2;
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kColumns, y0 = static_cast<int>(blockIdx.y) * Tuning::kRows;
    cuda::for_tile<LowPassTile::kWidth, LowPassTile::kHeight, T>(
        distorted ? args.frames[frame].dis : args.frames[frame].ref, args.w, args.h, 2 * x0 - kReach, 2 * y0 - kReach,
        ssim::MirrorFace{},
        [&](int x, int y, T sample) { tile.samples[y][x % 2][x / 2] = static_cast<float>(sample) * args.unit; });
    __syncthreads();

    const cuda::PlaneArg& out = distorted ? args.halved[frame].dis : args.halved[frame].ref;
    const int x = static_cast<int>(threadIdx.x), first = static_cast<int>(threadIdx.y) * Tuning::kDown;
    const bool inside = x0 + x < halved(args.w);
    const int rows = halved(args.h) - y0 - first;
    constexpr bool kSigned = std::is_same_v<T, float>;  // no sample of a picture is negative
    filter_down<kSigned>(tile, x, first, [&](int i, float sample) {
        if (inside && i < rows) const_cast<float*>(out.row<float>(y0 + first + i))[x0 + x] = sample;
    });
}

template <class T>
__device__ __forceinline__ void windows_of_factors(const ssim::WindowArgs& args) {
    ssim::windows<T, std::is_same_v<T, float>, ssim::kFactors>(args);
}

}  // namespace
}  // namespace vmaf::ms_ssim

using vmaf::ms_ssim::LowPassArgs;
using vmaf::ms_ssim::LowPassTuning;
using vmaf::ssim::WindowArgs;
using vmaf::ssim::WindowTuning;

extern "C" __global__ void __launch_bounds__(LowPassTuning::kThreads)
    ms_ssim_halve_u8(const LowPassArgs __grid_constant__ args) {
    vmaf::ms_ssim::halve<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(LowPassTuning::kThreads)
    ms_ssim_halve_u16(const LowPassArgs __grid_constant__ args) {
    vmaf::ms_ssim::halve<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(LowPassTuning::kThreads)
    ms_ssim_halve_f32(const LowPassArgs __grid_constant__ args) {
    vmaf::ms_ssim::halve<float>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ms_ssim_windows_u8(const WindowArgs __grid_constant__ args) {
    vmaf::ms_ssim::windows_of_factors<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ms_ssim_windows_u16(const WindowArgs __grid_constant__ args) {
    vmaf::ms_ssim::windows_of_factors<uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(WindowTuning::kThreads)
    ms_ssim_windows_f32(const WindowArgs __grid_constant__ args) {
    vmaf::ms_ssim::windows_of_factors<float>(args);
}
