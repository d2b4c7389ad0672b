// NAME on the GPU: two luma planes -> the sum of their absolute differences.
#include "cuda/kernel/kernel.h"
#include "metric/NAME/NAME_cuda.h"
#include "metric/NAME/NAME_math.h"

namespace vmaf::NAME {
namespace {

// REPLACE: what a block computes.
template <class T>
__device__ __forceinline__ void sad(const Args& args) {
    const cuda::PlanePairArg& luma = args.luma[blockIdx.z];
    const int x = static_cast<int>(blockIdx.x) * Tuning::kTileWidth + static_cast<int>(threadIdx.x);
    const int y = static_cast<int>(blockIdx.y) * Tuning::kTileHeight + static_cast<int>(threadIdx.y);
    const bool inside = x < args.w && y < args.h;
    const unsigned sums[] = {inside ? absolute_difference(luma.ref.row<T>(y)[x], luma.dis.row<T>(y)[x]) : 0};
    cuda::add_block_sums(sums, reinterpret_cast<uint64_t*>(args.raw + blockIdx.z * args.raw_stride));
}

}  // namespace
}  // namespace vmaf::NAME

extern "C" __global__ void __launch_bounds__(vmaf::NAME::Tuning::kThreads)
    NAME_sad_u8(const vmaf::NAME::Args __grid_constant__ args) {
    vmaf::NAME::sad<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::NAME::Tuning::kThreads)
    NAME_sad_u16(const vmaf::NAME::Args __grid_constant__ args) {
    vmaf::NAME::sad<uint16_t>(args);
}
