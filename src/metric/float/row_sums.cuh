// Adds up rows of terms on the GPU, each in its order. Included by kernels.
#pragma once

#include "cuda/kernel/kernel.h"
#include "metric/float/row_sums_cuda.h"

namespace vmaf {

struct TermTile {
    float term[kSumRows][cuda::kWarp + 1];
};

/// A warp loads a square of terms along the rows, and adds them up each lane in a row of its own.
__device__ __forceinline__ void sum_rows(const RowSumArgs& args) {
    auto& tile = cuda::block_shared<TermTile>();
    const int lane = static_cast<int>(threadIdx.x), top = static_cast<int>(blockIdx.x) * kSumRows;
    const size_t plane = blockIdx.z * args.planes + blockIdx.y;
    const float* in = args.terms + (plane * args.h + top) * args.pitch;
    const int rows = min(kSumRows, args.h - top);
    float ahead[kSumRows];
    const auto load = [&](int x) {
#pragma unroll
        for (int r = 0; r < kSumRows; r++)
            ahead[r] = x + lane < args.w && r < rows ? in[static_cast<size_t>(r) * args.pitch + x + lane] : 0.f;
    };
    load(0);
    float sum = 0;
    for (int x = 0; x < args.w; x += cuda::kWarp) {
#pragma unroll
        for (int r = 0; r < kSumRows; r++) tile.term[r][lane] = ahead[r];
        __syncwarp();
        if (x + cuda::kWarp < args.w) load(x + cuda::kWarp);
        const int columns = min(cuda::kWarp, args.w - x);
        for (int i = 0; i < columns; i++) sum += tile.term[lane][i];
        __syncwarp();
    }
    if (lane >= rows) return;
    auto* out = reinterpret_cast<float*>(args.raw + blockIdx.z * args.raw_stride);
    out[blockIdx.y * args.h + top + lane] = sum;
}

}  // namespace vmaf
