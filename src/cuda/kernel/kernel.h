// The vocabulary of the kernels: block-wide sums, exact atomics, tiles with borders. Included by .cu files alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/exact_sum.h"
#include "base/mirror.h"
#include "cuda/kernel/device_runtime.h"
#include "cuda/kernel/frame_args.h"

namespace vmaf::cuda {

inline constexpr int kWarp = 32;

/// The thread's index in its block, x fastest: 0 to block_threads() - 1.
__device__ __forceinline__ int thread_in_block() {
    return static_cast<int>(threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z));
}

__device__ __forceinline__ int block_threads() { return static_cast<int>(blockDim.x * blockDim.y * blockDim.z); }

/// Adds to a 64-bit total in device or shared memory. Exact in any order; negative values wrap as two's complement.
__device__ __forceinline__ void atomic_add(uint64_t* total, uint64_t value) {
    atomicAdd(reinterpret_cast<unsigned long long*>(total), static_cast<unsigned long long>(value));
}

__device__ __forceinline__ void atomic_add(int64_t* total, int64_t value) {
    atomic_add(reinterpret_cast<uint64_t*>(total), static_cast<uint64_t>(value));
}

template <class T, int kCount>
struct BlockSumScratch {
    T of_warp[kCount][kWarp];
};

/// values[i] becomes, in thread i alone (i < kCount), the sum of values[i] over the block; elsewhere it is spoilt.
/// T is a 32- or 64-bit integer. Every thread calls it, the block is a multiple of 32 and at least kCount threads.
/// Starts and ends with a barrier, so it may be called again and other shared memory may be reused around it.
template <class T, int kCount>
__device__ __forceinline__ T block_sum(const T (&values)[kCount]) {
    auto& scratch = block_shared<BlockSumScratch<T, kCount>>();
    const int thread = thread_in_block();
    const int warps = block_threads() / kWarp;
    __syncthreads();
    for (int i = 0; i < kCount; ++i) {
        const T sum = warp_sum(values[i]);
        if (thread % kWarp == 0) scratch.of_warp[i][thread / kWarp] = sum;
    }
    __syncthreads();
    T total = 0;
    if (thread < kCount)
        for (int w = 0; w < warps; ++w) total += scratch.of_warp[thread][w];
    __syncthreads();
    return total;
}

/// Adds each values[i], summed over the block, to totals[i]: one atomic per value and block. Rules as for block_sum.
template <class T, int kCount, class Total>
__device__ __forceinline__ void add_block_sums(const T (&values)[kCount], Total* totals) {
    const T sum = block_sum(values);
    const int thread = thread_in_block();
    if (thread < kCount && sum != 0) atomic_add(totals + thread, static_cast<Total>(sum));
}

/// The same for sums in fixed point: two atomics per value and block.
template <int kCount>
__device__ __forceinline__ void add_block_sums(const int64_t (&values)[kCount], SplitSum* totals) {
    const int64_t sum = block_sum(values);
    const int thread = thread_in_block();
    if (thread >= kCount) return;
    atomic_add(&totals[thread].high, high_half(sum));
    atomic_add(&totals[thread].low, low_half(sum));
}

/// The two border rules as types.
struct MirrorCentre {
    VMAF_HD constexpr int operator()(int i, int n) const { return mirror_centre(i, n); }
};
struct MirrorCentreLowFaceHigh {
    VMAF_HD constexpr int operator()(int i, int n) const { return mirror_centre_low_face_high(i, n); }
};

/// Calls store(tx, ty, sample) for every sample of a kWidth x kHeight tile whose top left corner is (x0, y0) in a w x h
/// plane; beyond the edges the border rule chooses the sample. The block's threads share the work; no barrier inside.
template <int kWidth, int kHeight, class T, class Border, class Store>
__device__ __forceinline__ void for_tile(const PlaneArg& plane, int w, int h, int x0, int y0, Border border,
                                         Store store) {
    const bool inside = x0 >= 0 && y0 >= 0 && x0 + kWidth <= w && y0 + kHeight <= h;
    for (int i = thread_in_block(); i < kWidth * kHeight; i += block_threads()) {
        const int ty = i / kWidth, tx = i % kWidth;
        const int x = inside ? x0 + tx : border(x0 + tx, w);
        const int y = inside ? y0 + ty : border(y0 + ty, h);
        store(tx, ty, plane.row<T>(y)[x]);
    }
}

}  // namespace vmaf::cuda
