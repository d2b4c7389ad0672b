// Lifting: the planes of a picture -> the same with more bits per sample.
#include "cuda/engine/depth_lift_args.h"
#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {
namespace {

/// Samples of a row that a thread lifts: as many as a unit of the tiling holds, a warp's width apart.
constexpr int kSamples = Tiling::kUnit / static_cast<int>(sizeof(uint16_t));

template <class T>
__device__ __forceinline__ void lift(const DepthLiftArgs& args) {
    const int block = static_cast<int>(blockIdx.x), p = args.tiles.plane_of(block);
    const PlaneTiles& tiles = args.tiles.planes[p];
    const LiftedPlane& plane = args.planes[p];
    const int tile = block - tiles.first;
    const int x0 = tile % tiles.columns * Tiling::kColumns * kSamples + static_cast<int>(threadIdx.x);
    const int y0 = tile / tiles.columns * Tiling::kTileHeight + static_cast<int>(threadIdx.y);
    for (int y = y0; y < min(y0 + Tiling::kTileHeight, tiles.h); y += Tiling::kRows) {
        const auto* from =
            reinterpret_cast<const T*>(static_cast<const unsigned char*>(plane.from) + y * plane.from_pitch);
        auto* to = reinterpret_cast<uint16_t*>(static_cast<unsigned char*>(plane.to) + y * plane.to_pitch);
#pragma unroll
        for (int i = 0; i < kSamples; i++) {
            const int x = x0 + i * Tiling::kColumns;
            if (x < tiles.w) to[x] = static_cast<uint16_t>(from[x] << args.shift);
        }
    }
}

}  // namespace
}  // namespace vmaf::cuda

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    depth_lift_u8(const vmaf::cuda::DepthLiftArgs __grid_constant__ args) {
    vmaf::cuda::lift<uint8_t>(args);
}

extern "C" __global__ void __launch_bounds__(vmaf::cuda::Tiling::kThreads)
    depth_lift_u16(const vmaf::cuda::DepthLiftArgs __grid_constant__ args) {
    vmaf::cuda::lift<uint16_t>(args);
}
