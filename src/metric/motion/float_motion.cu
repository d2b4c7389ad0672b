// float_motion on the GPU: a plane of two reference pictures -> differences of the blurred ones, at half size too -> sums of their rows.
#include "cuda/kernel/kernel.h"
#include "metric/float/pictures.cuh"
#include "metric/float/resampling.cuh"
#include "metric/float/row_sums.cuh"
#include "metric/motion/float_motion_cuda.h"

namespace vmaf::float_motion {
namespace {

/// Both pictures' samples after the filter down the columns, with what the filter along the rows reaches.
struct ColumnTile {
    static constexpr int kColumns = Tuning::kColumns + 2 * kReach;
    float of[2][Tuning::kRows][kColumns];
};

/// kThreadRows samples of a column from row `y` on.
template <class T>
__device__ __forceinline__ void filter_down(const BlurArgs& args, const cuda::PlaneArg& plane, int x, int y,
                                            float (&sums)[Tuning::kThreadRows]) {
    const PictureSource& source = args.source;
    x = mirror_centre(x, source.w);
    const bool inside = y >= kReach && y + Tuning::kThreadRows + kReach <= source.h;
    float samples[Tuning::kThreadRows + 2 * kReach];
#pragma unroll
    for (int i = 0; i < Tuning::kThreadRows + 2 * kReach; i++)
        samples[i] = sample<T>(source, plane, x, inside ? y + i - kReach : mirror_centre(y + i - kReach, source.h));
#pragma unroll
    for (int i = 0; i < Tuning::kThreadRows; i++) {
        sums[i] = 0;
#pragma unroll
        for (int k = 0; k < kMostTaps; k++) sums[i] += args.taps[k] * samples[i + k];
    }
}

__device__ __forceinline__ float filtered_along(const BlurArgs& args, const float* in) {
    float sum = 0;
#pragma unroll
    for (int k = 0; k < kMostTaps; k++) sum += args.taps[k] * in[k];
    return sum;
}

template <class T>
__device__ __forceinline__ void blur(const BlurArgs& args) {
    auto& tile = cuda::block_shared<ColumnTile>();
    const PictureSource& source = args.source;
    const cuda::PlanePairArg& frame = source.frames[blockIdx.z];
    const int left = static_cast<int>(blockIdx.x) * Tuning::kColumns,
              top = static_cast<int>(blockIdx.y) * Tuning::kRows;
    const int thread = static_cast<int>(threadIdx.x), threads = static_cast<int>(Tuning::kThreads);
    const bool has_earlier = frame.ref.data != nullptr;
    constexpr int kGroups = Tuning::kRows / Tuning::kThreadRows, kItems = ColumnTile::kColumns * kGroups;
    for (int i = thread; i < 2 * kItems && has_earlier; i += threads) {
        const int side = i / kItems, column = i % ColumnTile::kColumns,
                  row = i % kItems / ColumnTile::kColumns * Tuning::kThreadRows;
        float sums[Tuning::kThreadRows];
        filter_down<T>(args, side ? frame.dis : frame.ref, left + column - kReach, top + row, sums);
#pragma unroll
        for (int r = 0; r < Tuning::kThreadRows; r++) tile.of[side][row + r][column] = sums[r];
    }
    __syncthreads();
    const size_t plane = static_cast<size_t>(args.pitch) * source.h;
    for (int i = thread; i < Tuning::kRows * Tuning::kColumns; i += threads) {
        const int column = i % Tuning::kColumns, row = i / Tuning::kColumns;
        if (left + column >= source.w || top + row >= source.h) continue;
        const size_t at = static_cast<size_t>(top + row) * args.pitch + left + column;
        float earlier = 0, current = 0;
        if (has_earlier) {
            earlier = filtered_along(args, &tile.of[0][row][column]);
            current = filtered_along(args, &tile.of[1][row][column]);
        }
        args.differences[blockIdx.z * plane + at] = fabsf(earlier - current);
        if (!args.blurred) continue;
        args.blurred[2 * blockIdx.z * plane + at] = earlier;
        args.blurred[(2 * blockIdx.z + 1) * plane + at] = current;
    }
}

__device__ __forceinline__ void halve(const HalfArgs& args) {
    const int x = static_cast<int>(blockIdx.x * Tuning::kHalfColumns + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * Tuning::kHalfRows + threadIdx.y);
    if (x >= args.scale.x.size || y >= args.scale.y.size) return;
    const size_t plane = static_cast<size_t>(args.pitch) * args.h;
    const auto half = [&](int side) {
        const float* in = args.blurred + (2 * blockIdx.z + side) * plane;
        return resampled(args.scale, x, y,
                         [&](int column, int row) { return in[static_cast<size_t>(row) * args.pitch + column]; });
    };
    const size_t half_plane = static_cast<size_t>(args.half_pitch) * args.scale.y.size;
    args.differences[blockIdx.z * half_plane + static_cast<size_t>(y) * args.half_pitch + x] = fabsf(half(0) - half(1));
}

constexpr unsigned kThreads = Tuning::kThreads;

}  // namespace

extern "C" {
__global__ void __launch_bounds__(kThreads) float_motion_blur_u8(const BlurArgs __grid_constant__ args) {
    blur<uint8_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_motion_blur_u16(const BlurArgs __grid_constant__ args) {
    blur<uint16_t>(args);
}
__global__ void __launch_bounds__(kThreads) float_motion_half(const HalfArgs __grid_constant__ args) { halve(args); }
__global__ void __launch_bounds__(cuda::kWarp) float_motion_rows(const RowSumArgs __grid_constant__ args) {
    sum_rows(args);
}
}

}  // namespace vmaf::float_motion
