// float_ansnr on the GPU: two luma planes -> the terms of their samples -> sums of the terms' rows.
#include "cuda/kernel/kernel.h"
#include "metric/ansnr/ansnr_cuda.h"
#include "metric/ansnr/ansnr_math.h"
#include "metric/float/row_sums.cuh"

namespace vmaf::ansnr {
namespace {

/// A tile of a picture with what a filter reaches around it.
template <int kReach>
struct Tile {
    static constexpr int kColumns = Tuning::kColumns + 2 * kReach, kRows = Tuning::kRows + 2 * kReach;
    float of[kRows][kColumns];

    template <class T>
    __device__ void load(const Args& args, const cuda::PlaneArg& plane, int left, int top) {
        cuda::for_tile<kColumns, kRows, T>(plane, args.w, args.h, left - kReach, top - kReach,
                                           cuda::MirrorCentreLowFaceHigh(),
                                           [&](int x, int y, T sample) { of[y][x] = args.samples(sample); });
    }
};

struct Tiles {
    Tile<kRefReach> ref;
    Tile<kDisReach> dis;
};

template <class T>
__device__ __forceinline__ void put_terms(const Args& args) {
    auto& tiles = cuda::block_shared<Tiles>();
    const cuda::PlanePairArg& luma = args.luma[blockIdx.z];
    const int left = static_cast<int>(blockIdx.x) * Tuning::kColumns,
              top = static_cast<int>(blockIdx.y) * Tuning::kRows;
    const int column = static_cast<int>(threadIdx.x), row = static_cast<int>(threadIdx.y);
    tiles.ref.load<T>(args, luma.ref, left, top);
    tiles.dis.load<T>(args, luma.dis, left, top);
    __syncthreads();
    if (left + column >= args.w || top + row >= args.h) return;
    const auto ref = [&](int x, int y) { return tiles.ref.of[row + kRefReach + y][column + kRefReach + x]; };
    const auto dis = [&](int x, int y) { return tiles.dis.of[row + kDisReach + y][column + kDisReach + x]; };
    const auto [signal, noise] = terms(filtered<kRefReach>([](int x, int y) { return ref_tap(x, y); }, ref),
                                       filtered<kDisReach>([](int x, int y) { return dis_tap(x, y); }, dis));
    const size_t plane = static_cast<size_t>(args.pitch) * args.h;
    float* out =
        args.terms + blockIdx.z * kTermPlanes * plane + static_cast<size_t>(top + row) * args.pitch + left + column;
    out[0] = signal;
    out[plane] = noise;
}

}  // namespace

extern "C" {
__global__ void __launch_bounds__(Tuning::kThreads) ansnr_terms_u8(const Args __grid_constant__ args) {
    put_terms<uint8_t>(args);
}
__global__ void __launch_bounds__(Tuning::kThreads) ansnr_terms_u16(const Args __grid_constant__ args) {
    put_terms<uint16_t>(args);
}
__global__ void __launch_bounds__(cuda::kWarp) ansnr_rows(const RowSumArgs __grid_constant__ args) { sum_rows(args); }
}

}  // namespace vmaf::ansnr
