// psnr on the GPU: the planes of a frame pair -> their squared errors, all planes in one launch.
#include "cuda/kernel/kernel.h"
#include "metric/psnr/psnr_cuda.h"
#include "metric/psnr/psnr_math.h"

namespace vmaf::psnr {
namespace {

/// 16 bytes of a row.
struct Unit {
    uint32_t words[4];
};

__device__ __forceinline__ Unit load_unit(const void* row, int unit) {
    const uint4 v = __ldg(static_cast<const uint4*>(row) + unit);
    return {{v.x, v.y, v.z, v.w}};
}

/// Clears what lies behind the first `bytes` bytes.
__device__ __forceinline__ void keep(Unit& unit, int bytes) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const int kept = bytes - 4 * i;
        if (kept < 4) unit.words[i] &= kept <= 0 ? 0 : (1u << (8 * kept)) - 1;
    }
}

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
    const int block = static_cast<int>(blockIdx.x);
    const int p = block < args.planes[1].first ? 0 : block < args.planes[2].first ? 1 : 2;
    const PlaneTiles& tiles = args.planes[p];
    const cuda::PlanePairArg& planes = args.frames[blockIdx.z][p];
    const int tile = block - tiles.first, bytes = tiles.w * static_cast<int>(sizeof(T));
    const int unit = tile % tiles.columns * Tuning::kColumns + static_cast<int>(threadIdx.x);
    const int first_row = tile / tiles.columns * Tuning::kTileHeight + static_cast<int>(threadIdx.y);

    Unit ref[Tuning::kUnitsPerThread] = {}, dis[Tuning::kUnitsPerThread] = {};
#pragma unroll
    for (int i = 0; i < Tuning::kUnitsPerThread; i++) {
        const int y = first_row + i * Tuning::kRows;
        if (unit * Tuning::kUnit >= bytes || y >= tiles.h) continue;
        ref[i] = load_unit(planes.ref.row<T>(y), unit);
        dis[i] = load_unit(planes.dis.row<T>(y), unit);
    }
    Sum sum = 0;
    const int kept = bytes - unit * Tuning::kUnit;
#pragma unroll
    for (int i = 0; i < Tuning::kUnitsPerThread; i++) {
        if (kept < Tuning::kUnit) {
            keep(ref[i], kept);
            keep(dis[i], kept);
        }
        add_errors(ref[i], dis[i], T{}, sum);
    }
    const Sum sums[] = {sum};
    cuda::add_block_sums(sums, reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->sse + p);
}

}  // namespace
}  // namespace vmaf::psnr

extern "C" __global__ void __launch_bounds__(vmaf::psnr::Tuning::kThreads)
    psnr_sse_u8(const vmaf::psnr::Args __grid_constant__ args) {
    vmaf::psnr::psnr_sse<uint8_t, unsigned>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::psnr::Tuning::kThreads)
    psnr_sse_u16(const vmaf::psnr::Args __grid_constant__ args) {
    vmaf::psnr::psnr_sse<uint16_t, uint64_t>(args);
}
