// Unpacking: the planes of a picture as a client has them -> planes of their own, samples in low bits, at the depth that is scored.
#include "cuda/engine/unpack_args.h"
#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {
namespace {

/// Samples of a row that a thread moves: as many as a unit of the tiling holds, a warp's width apart.
template <class Out>
constexpr int kSamples = Tiling::kUnit / static_cast<int>(sizeof(Out));

template <class In, class Out>
__device__ __forceinline__ void unpack(const UnpackArgs& args) {
    const int block = static_cast<int>(blockIdx.x) + args.first_block, p = args.tiles.plane_of(block);
    const PlaneTiles& tiles = args.tiles.planes[p];
    const UnpackedPlane& plane = args.planes[p];
    const int tile = block - tiles.first;
    const int x0 = tile % tiles.columns * Tiling::kColumns * kSamples<Out> + static_cast<int>(threadIdx.x);
    const int y0 = tile / tiles.columns * Tiling::kTileHeight + static_cast<int>(threadIdx.y);
    for (int y = y0; y < min(y0 + Tiling::kTileHeight, tiles.h); y += Tiling::kRows) {
        const auto* from =
            reinterpret_cast<const In*>(static_cast<const unsigned char*>(plane.from) + y * plane.from_pitch);
        auto* to = reinterpret_cast<Out*>(static_cast<unsigned char*>(plane.to) + y * plane.to_pitch);
#pragma unroll
        for (int i = 0; i < kSamples<Out>; i++) {
            const int x = x0 + i * Tiling::kColumns;
            if (x < tiles.w) to[x] = static_cast<Out>((from[x * plane.step] >> args.down) << args.up);
        }
    }
}

}  // namespace
}  // namespace vmaf::cuda

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    unpack_u8(const vmaf::cuda::UnpackArgs __grid_constant__ args) {
    vmaf::cuda::unpack<uint8_t, uint8_t>(args);
}

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    unpack_u16(const vmaf::cuda::UnpackArgs __grid_constant__ args) {
    vmaf::cuda::unpack<uint16_t, uint16_t>(args);
}

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    unpack_u8_u16(const vmaf::cuda::UnpackArgs __grid_constant__ args) {
    vmaf::cuda::unpack<uint8_t, uint16_t>(args);
}
