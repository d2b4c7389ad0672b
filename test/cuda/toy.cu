// The toy metric's kernels.
#include "cuda/kernel/kernel.h"
#include "toy.h"

namespace {

using namespace vmaf::cuda;
using vmaf::test::ToyArgs;
using vmaf::test::ToyTuning;

constexpr int kReach = 1;  // samples read beyond the tile, to the right

template <class T>
struct Tile {
    T ref[ToyTuning::kTileHeight][ToyTuning::kTileWidth + kReach];
};

__device__ unsigned absolute_difference(int a, int b) { return static_cast<unsigned>(a > b ? a - b : b - a); }

template <class T>
__device__ void toy(const ToyArgs& args) {
    const ToyArgs::Frame& frame = args.frames[blockIdx.z];
    auto& tile = block_shared<Tile<T>>();
    const int x0 = static_cast<int>(blockIdx.x) * ToyTuning::kTileWidth,
              y0 = static_cast<int>(blockIdx.y) * ToyTuning::kTileHeight;
    for_tile<ToyTuning::kTileWidth + kReach, ToyTuning::kTileHeight, T>(
        frame.luma.ref, args.w, args.h, x0, y0, MirrorCentre{},
        [&](int x, int y, T sample) { tile.ref[y][x] = sample; });
    __syncthreads();

    unsigned sums[4] = {};
    const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y);
    const int x = x0 + tx, y = y0 + ty;
    if (x < args.w && y < args.h) {
        const int ref = tile.ref[ty][tx];
        sums[0] = absolute_difference(ref, frame.luma.dis.row<T>(y)[x]);
        sums[1] = absolute_difference(ref, tile.ref[ty][tx + 1]);
        if (frame.previous.ref.data) sums[2] = absolute_difference(ref, frame.previous.ref.row<T>(y)[x]);
        if (frame.previous.dis.data)
            sums[3] = absolute_difference(frame.luma.dis.row<T>(y)[x], frame.previous.dis.row<T>(y)[x]);
        if (frame.before_previous.data) sums[3] += absolute_difference(ref, frame.before_previous.row<T>(y)[x]);
    }
    add_block_sums(sums, reinterpret_cast<uint64_t*>(args.raw + blockIdx.z * args.raw_stride));
}

}  // namespace

extern "C" __global__ void __launch_bounds__(ToyTuning::kThreads) toy_u8(const ToyArgs __grid_constant__ args) {
    toy<uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(ToyTuning::kThreads) toy_u16(const ToyArgs __grid_constant__ args) {
    toy<uint16_t>(args);
}
