// ssim on the GPU: luma planes of a frame pair -> the sum of their windows' similarities.
#include "cuda/kernel/kernel.h"
#include "metric/ssim/fixed_ssim_cuda.h"

namespace vmaf::fixed_ssim {
namespace {

/// Samples under the block's windows, 0 beyond the edges, and their moments along the rows. `Product` holds those of products.
template <class Product>
struct Tile {
    static constexpr int kWidth = Tuning::kColumns + 2 * kReach, kHeight = Tuning::kRows + 2 * kReach;
    uint16_t ref[kHeight][kWidth], dis[kHeight][kWidth];
    uint32_t means[2][kHeight][Tuning::kColumns];
    Product products[3][kHeight][Tuning::kColumns];
};

template <class T, class Product>
__device__ __forceinline__ void load(const Args& args, int x0, int y0, Tile<Product>& tile) {
    constexpr int kWidth = Tile<Product>::kWidth, kHeight = Tile<Product>::kHeight;
    const cuda::PlanePairArg& planes = args.frames[blockIdx.z];
    for (int i = cuda::thread_in_block(); i < kWidth * kHeight; i += Tuning::kThreads) {
        const int tx = i % kWidth, ty = i / kWidth, x = x0 - kReach + tx, y = y0 - kReach + ty;
        const bool inside = x >= 0 && y >= 0 && x < args.w && y < args.h;
        tile.ref[ty][tx] = inside ? planes.ref.row<T>(y)[x] : T{0};
        tile.dis[ty][tx] = inside ? planes.dis.row<T>(y)[x] : T{0};
    }
}

template <class Product>
__device__ __forceinline__ void filter_along(Tile<Product>& tile) {
    for (int i = cuda::thread_in_block(); i < Tuning::kColumns * Tile<Product>::kHeight; i += Tuning::kThreads) {
        const int x = i % Tuning::kColumns, y = i / Tuning::kColumns;
        uint32_t mean_ref = 0, mean_dis = 0;
        Product ref_ref = 0, ref_dis = 0, dis_dis = 0;
#pragma unroll
        for (int u = 0; u < kTaps; u++) {
            const auto k = static_cast<uint32_t>(tap(u - kReach));
            const uint32_t r = tile.ref[y][x + u], d = tile.dis[y][x + u];
            mean_ref += k * r;
            mean_dis += k * d;
            ref_ref += Product{k * r} * r;
            ref_dis += Product{k * r} * d;
            dis_dis += Product{k * d} * d;
        }
        tile.means[0][y][x] = mean_ref;
        tile.means[1][y][x] = mean_dis;
        tile.products[0][y][x] = ref_ref;
        tile.products[1][y][x] = ref_dis;
        tile.products[2][y][x] = dis_dis;
    }
}

/// kDown neighbouring windows over a column from row y on. `Sum` holds a window's moment.
template <class Sum, class Value, int kHeight>
__device__ __forceinline__ void filter_down(const Value (&plane)[kHeight][Tuning::kColumns], int x, int y,
                                            double (&out)[Tuning::kDown]) {
    Sum sums[Tuning::kDown] = {};
#pragma unroll
    for (int i = 0; i < Tuning::kDown + 2 * kReach; i++) {
        const Sum value = plane[y + i][x];
#pragma unroll
        for (int j = 0; j < Tuning::kDown; j++)
            if (i >= j && i - j < kTaps) sums[j] += static_cast<Sum>(tap(i - j - kReach)) * value;
    }
#pragma unroll
    for (int j = 0; j < Tuning::kDown; j++) out[j] = static_cast<double>(sums[j]);
}

/// `Row` holds a row's moments of products, `Window` a window's.
template <class T, class Row, class Window>
__device__ __forceinline__ void windows(const Args& args) {
    auto& tile = cuda::block_shared<Tile<Row>>();
    const int x0 = static_cast<int>(blockIdx.x) * Tuning::kColumns, y0 = static_cast<int>(blockIdx.y) * Tuning::kRows;
    load<T>(args, x0, y0, tile);
    __syncthreads();
    filter_along(tile);
    __syncthreads();

    const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y) * Tuning::kDown, x = x0 + tx;
    double columns[kMoments][Tuning::kDown];
    filter_down<uint32_t>(tile.means[0], tx, ty, columns[kRef]);
    filter_down<uint32_t>(tile.means[1], tx, ty, columns[kDis]);
    filter_down<Window>(tile.products[0], tx, ty, columns[kRefRef]);
    filter_down<Window>(tile.products[1], tx, ty, columns[kRefDis]);
    filter_down<Window>(tile.products[2], tx, ty, columns[kDisDis]);

    int64_t sums[1] = {};
    const int column_weight = weight(x, args.w);
#pragma unroll
    for (int j = 0; j < Tuning::kDown; j++) {
        const int y = y0 + ty + j;
        if (x >= args.w || y >= args.h) continue;
        double moments[kMoments];
#pragma unroll
        for (int m = 0; m < kMoments; m++) moments[m] = columns[m][j];
        sums[0] +=
            fixed_point<kFractionBits>(weighted_similarity(args.constants, column_weight * weight(y, args.h), moments));
    }
    cuda::add_block_sums(sums, &reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->similarity);
}

}  // namespace
}  // namespace vmaf::fixed_ssim

using vmaf::fixed_ssim::Args;
using vmaf::fixed_ssim::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kThreads) fixed_ssim_u8(const Args __grid_constant__ args) {
    vmaf::fixed_ssim::windows<uint8_t, uint32_t, uint32_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads) fixed_ssim_u12(const Args __grid_constant__ args) {
    vmaf::fixed_ssim::windows<uint16_t, uint32_t, uint64_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kThreads) fixed_ssim_u16(const Args __grid_constant__ args) {
    vmaf::fixed_ssim::windows<uint16_t, uint64_t, uint64_t>(args);
}
