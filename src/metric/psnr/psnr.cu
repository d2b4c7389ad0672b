// psnr on the GPU: the planes of a frame pair -> their squared errors, all planes in one launch.
#include "cuda/kernel/kernel.h"
#include "cuda/kernel/row_units.h"
#include "metric/psnr/psnr_cuda.h"
#include "metric/psnr/psnr_math.h"

namespace vmaf::psnr {
namespace {

using cuda::Tiling;
using cuda::Unit;

/// Squared errors of a unit. Sum of (a - b)^2 = sum of a^2 + sum of b^2 - 2 sum of a b, four products an instruction.
__device__ __forceinline__ void add_errors(const Unit& a, const Unit& b, uint8_t, unsigned& sum) {
    unsigned products = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        sum = __dp4a(a.words[i], a.words[i], sum);
        sum = __dp4a(b.words[i], b.words[i], sum);
        products = __dp4a(a.words[i], b.words[i], products);
    }
    sum -= 2 * products;
}

__device__ __forceinline__ void add_errors(const Unit& a, const Unit& b, uint16_t, uint64_t& sum) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        sum += squared_error(static_cast<uint16_t>(a.words[i]), static_cast<uint16_t>(b.words[i]));
        sum += squared_error(static_cast<uint16_t>(a.words[i] >> 16), static_cast<uint16_t>(b.words[i] >> 16));
    }
}

/// Sum is wide enough for a block's samples at full error.
template <class T, class Sum>
__device__ __forceinline__ void psnr_sse(const Args& args) {
    const int block = static_cast<int>(blockIdx.x), p = args.tiles.plane_of(block);
    const cuda::PlanePairArg& planes = args.frames[blockIdx.z][p];
    const cuda::UnitColumn column(args.tiles.planes[p], block, sizeof(T));

    Unit ref[Tiling::kUnitsPerThread] = {}, dis[Tiling::kUnitsPerThread] = {};
#pragma unroll
    for (int i = 0; i < Tiling::kUnitsPerThread; i++) {
        if (!column.holds(i)) continue;
        ref[i] = column.load(planes.ref, i);
        dis[i] = column.load(planes.dis, i);
    }
    Sum sum = 0;
#pragma unroll
    for (int i = 0; i < Tiling::kUnitsPerThread; i++) {
        column.trim(ref[i]);
        column.trim(dis[i]);
        add_errors(ref[i], dis[i], T{}, sum);
    }
    const Sum sums[] = {sum};
    cuda::add_block_sums(sums, reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->sse + p);
}

}  // namespace
}  // namespace vmaf::psnr

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    psnr_sse_u8(const vmaf::psnr::Args __grid_constant__ args) {
    vmaf::psnr::psnr_sse<uint8_t, unsigned>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    psnr_sse_u16(const vmaf::psnr::Args __grid_constant__ args) {
    vmaf::psnr::psnr_sse<uint16_t, uint64_t>(args);
}
