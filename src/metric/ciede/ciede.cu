// ciede on the GPU: pixels of a frame pair -> their colours -> the sum of the differences.
#include "cuda/kernel/kernel.h"
#include "metric/ciede/ciede_cuda.h"

namespace vmaf::ciede {
namespace {

template <class T>
__device__ __forceinline__ void sums(const Args& args) {
    const cuda::PlanePairArg(&planes)[3] = args.frames[blockIdx.z];
    const int x = static_cast<int>(blockIdx.x) * Tuning::kColumns + static_cast<int>(threadIdx.x);
    const int top = static_cast<int>(blockIdx.y) * Tuning::kTileHeight + static_cast<int>(threadIdx.y);
    const bool has_chroma = args.chroma_w > 0 && args.chroma_h > 0;
    const int chroma_x = min(x >> args.shift_x, args.chroma_w - 1);
    int64_t sum[1] = {};
    for (int i = 0; i < Tuning::kPixels; i++) {
        const int y = top + i * Tuning::kRows, chroma_y = min(y >> args.shift_y, args.chroma_h - 1);
        if (x >= args.w || y >= args.h) break;
        const auto chroma = [&](const cuda::PlaneArg& plane) -> int {
            return has_chroma ? plane.row<T>(chroma_y)[chroma_x] : args.grey;
        };
        const Lab ref =
            lab_colour(args.levels, planes[0].ref.row<T>(y)[x], chroma(planes[1].ref), chroma(planes[2].ref));
        const Lab dis =
            lab_colour(args.levels, planes[0].dis.row<T>(y)[x], chroma(planes[1].dis), chroma(planes[2].dis));
        sum[0] += term(ref, dis);
    }
    cuda::add_block_sums(sum, &reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->difference);
}

}  // namespace
}  // namespace vmaf::ciede

extern "C" __global__ void __launch_bounds__(vmaf::ciede::Tuning::kThreads)
    ciede_sums_u8(const vmaf::ciede::Args __grid_constant__ args) {
    vmaf::ciede::sums<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(vmaf::ciede::Tuning::kThreads)
    ciede_sums_u16(const vmaf::ciede::Args __grid_constant__ args) {
    vmaf::ciede::sums<uint16_t>(args);
}
