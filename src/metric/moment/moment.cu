// float_moment on the GPU: the luma of a frame pair -> the sums of its samples and of their squares.
#include "cuda/kernel/kernel.h"
#include "cuda/kernel/row_units.h"
#include "metric/moment/moment_cuda.h"

namespace vmaf::moment {
namespace {

using cuda::Tiling;
using cuda::Unit;

__device__ __forceinline__ void add_unit(const Unit& unit, uint8_t, uint64_t& samples, uint64_t& squares) {
    unsigned sum = 0, products = 0;
#pragma unroll
    for (int i = 0; i < 4; i++) {
        sum = __dp4a(unit.words[i], 0x01010101u, sum);
        products = __dp4a(unit.words[i], unit.words[i], products);
    }
    samples += sum;
    squares += products;
}

__device__ __forceinline__ void add_unit(const Unit& unit, uint16_t, uint64_t& samples, uint64_t& squares) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const uint32_t low = unit.words[i] & 0xffff, high = unit.words[i] >> 16;
        samples += low + high;
        squares += static_cast<uint64_t>(low * low) + high * high;
    }
}

template <class T>
__device__ __forceinline__ void sums(const Args& args) {
    const cuda::PlanePairArg& luma = args.luma[blockIdx.z];
    const cuda::UnitColumn column(args.tiles, static_cast<int>(blockIdx.x), sizeof(T));
    uint64_t sums[4] = {};
#pragma unroll
    for (int i = 0; i < Tiling::kUnitsPerThread; i++) {
        if (!column.holds(i)) continue;
        Unit ref = column.load(luma.ref, i), dis = column.load(luma.dis, i);
        column.trim(ref);
        column.trim(dis);
        add_unit(ref, T{}, sums[0], sums[1]);
        add_unit(dis, T{}, sums[2], sums[3]);
    }
    cuda::add_block_sums(sums, reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->sums);
}

}  // namespace
}  // namespace vmaf::moment

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    moment_sums_u8(const vmaf::moment::Args __grid_constant__ args) {
    vmaf::moment::sums<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    moment_sums_u16(const vmaf::moment::Args __grid_constant__ args) {
    vmaf::moment::sums<uint16_t>(args);
}
