// psnr_hvs on the GPU: planes -> the error terms of their blocks, a thread a block -> their sums in the order of the picture.
#include "base/sequential_sum.h"
#include "cuda/kernel/kernel.h"
#include "metric/psnr_hvs/psnr_hvs_cuda.h"
#include "metric/psnr_hvs/psnr_hvs_math.h"

namespace vmaf::psnr_hvs {
namespace {

// ---- terms

/// Turns the block at (x, y) of a plane into coefficients and gives its masking.
template <class Product, class T>
__device__ __forceinline__ float spectrum(const cuda::PlaneArg& plane, int x, int y, const Weights& weights,
                                          int32_t (&block)[kTerms]) {
    unrolled<kSide>([&](auto i) {
        const T* row = plane.row<T>(y + i) + x;
        unrolled<kSide>([&](auto j) { block[i * kSide + j] = row[j]; });
    });
    return transform_block<Product>(block, weights);
}

template <class Product, class T>
__device__ __forceinline__ void write_terms(const TermArgs& args) {
    const int block = static_cast<int>(blockIdx.x) * Tuning::kTermThreads + static_cast<int>(threadIdx.x);
    if (block >= args.blocks.count) return;
    const int x = block % args.blocks.columns * kStep, y = block / args.blocks.columns * kStep;
    const cuda::PlanePairArg& planes = args.frames[blockIdx.z];

    int32_t ref[kTerms], dis[kTerms];
    const float of_ref = spectrum<Product, T>(planes.ref, x, y, args.weights, ref);
    const float of_dis = spectrum<Product, T>(planes.dis, x, y, args.weights, dis);
    const float masking = of_dis > of_ref ? of_dis : of_ref;
    float* terms = args.terms + blockIdx.z * args.terms_stride + args.blocks.at(block);
    unrolled<kTerms>([&](auto i) {
        const float threshold = i == 0 ? 0 : quotient(masking, args.weights.of_masking[i]);
        terms[i * BlockTerms::kGroup] = error_term(ref[i] - dis[i], threshold, args.weights.sensitivity[i]);
    });
}

// ---- sums

struct Sharing {
    SumIncrement of_warp[cuda::kWarp];
    float sum;
    int next;  ///< the first block whose terms are not in the sum
};
static_assert(Tuning::kSumThreads == cuda::kWarp * cuda::kWarp);

__device__ __forceinline__ SumIncrement of_lane_below(const SumIncrement& own, int distance) {
    return {__shfl_up_sync(0xffffffffu, own.even, distance), __shfl_up_sync(0xffffffffu, own.odd, distance)};
}

/// Of the warp's runs up to the thread's own.
__device__ __forceinline__ SumIncrement warp_prefix(SumIncrement run, int lane) {
    for (int distance = 1; distance < cuda::kWarp; distance *= 2) {
        const SumIncrement before = of_lane_below(run, distance);
        if (lane >= distance) run = then(before, run);
    }
    return run;
}

/// Of the runs of all threads before this one.
__device__ __forceinline__ SumIncrement runs_before(const SumIncrement& run, Sharing& shared) {
    const int lane = static_cast<int>(threadIdx.x) % cuda::kWarp, warp = static_cast<int>(threadIdx.x) / cuda::kWarp;
    const SumIncrement in_warp = warp_prefix(run, lane);
    if (lane == cuda::kWarp - 1) shared.of_warp[warp] = in_warp;
    __syncthreads();
    if (warp == 0) shared.of_warp[lane] = warp_prefix(shared.of_warp[lane], lane);
    __syncthreads();
    const SumIncrement earlier_warps = warp == 0 ? SumIncrement{} : shared.of_warp[warp - 1];
    const SumIncrement below = of_lane_below(in_warp, 1);
    return lane == 0 ? earlier_warps : then(earlier_warps, below);
}

/// What the terms of a block of samples add to `sum`.
__device__ __forceinline__ SumIncrement run_of(const float* terms, float sum) {
    float even = even_start(sum), odd = odd_start(sum);
#pragma unroll 16
    for (int i = 0; i < kTerms; i++) {
        const float term = terms[i * BlockTerms::kGroup];
        even += term;
        odd += term;
    }
    return SumIncrement::between(sum, even, odd);
}

/// A plane's sum. Each round joins the runs of kSumThreads blocks of samples, up to the one that leads the sum beyond its binade; that
/// one is added term by term.
__device__ __forceinline__ void add_in_order(const SumArgs& args) {
    auto& shared = cuda::block_shared<Sharing>();
    const BlockTerms& blocks = args.planes[blockIdx.x];
    const int thread = static_cast<int>(threadIdx.x);
    float sum = 0;
    for (int first = 0; first < blocks.count;) {
        const int block = first + thread;
        const float* terms = args.terms + blockIdx.z * args.terms_stride + blocks.at(block);
        SumIncrement run{};
        if (block < blocks.count) run = run_of(terms, sum);
        const SumIncrement before = runs_before(run, shared);
        float reached = sum, behind = sum;
        const bool arrives = advance(reached, before), stays = advance(behind, then(before, run));
        if (arrives && !stays) {
#pragma unroll 16
            for (int i = 0; i < kTerms; i++) reached += terms[i * BlockTerms::kGroup];
            shared.sum = reached;
            shared.next = block + 1;
        } else if (stays && thread == Tuning::kSumThreads - 1) {
            shared.sum = behind;
            shared.next = block + 1;
        }
        __syncthreads();
        sum = shared.sum;
        first = shared.next;
    }
    if (thread == 0) reinterpret_cast<Raw*>(args.raw + blockIdx.z * args.raw_stride)->error[blockIdx.x] = sum;
}

}  // namespace
}  // namespace vmaf::psnr_hvs

using vmaf::psnr_hvs::TermArgs;
using vmaf::psnr_hvs::Tuning;

extern "C" __global__ void __launch_bounds__(Tuning::kTermThreads)
    psnr_hvs_terms_u8(const TermArgs __grid_constant__ args) {
    vmaf::psnr_hvs::write_terms<int32_t, uint8_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kTermThreads)
    psnr_hvs_terms_u16(const TermArgs __grid_constant__ args) {
    vmaf::psnr_hvs::write_terms<int32_t, uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kTermThreads)
    psnr_hvs_terms_deep(const TermArgs __grid_constant__ args) {
    vmaf::psnr_hvs::write_terms<int64_t, uint16_t>(args);
}
extern "C" __global__ void __launch_bounds__(Tuning::kSumThreads)
    psnr_hvs_sums(const vmaf::psnr_hvs::SumArgs __grid_constant__ args) {
    vmaf::psnr_hvs::add_in_order(args);
}
