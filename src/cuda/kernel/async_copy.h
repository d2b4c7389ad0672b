// Copies from device memory to shared memory that pass by the registers and go on while the thread computes.
// Included by .cu files alone.
#pragma once

#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {

/// Starts to copy a float. It is there for this thread after finish_async_copies(), for others after a barrier behind that.
__device__ __forceinline__ void start_async_copy(float* shared, const float* global) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile(
        "{ .reg .u64 wide; .reg .u32 address; cvta.to.shared.u64 wide, %0; cvt.u32.u64 address, wide;"
        " cp.async.ca.shared.global [address], [%1], 4; }" ::"l"(shared),
        "l"(global)
        : "memory");
#else
    *shared = *global;
#endif
}

/// Starts to copy two neighbouring Ts of 8 or 16 bytes each, addresses aligned to one of them. They are there
/// as a float is.
template <class T>
__device__ __forceinline__ void start_async_copy_of_two(T* shared, const T* global) {
    static_assert(sizeof(T) == 8 || sizeof(T) == 16);
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile(
        "{ .reg .u64 wide; .reg .u32 address; cvta.to.shared.u64 wide, %0; cvt.u32.u64 address, wide;"
        " cp.async.ca.shared.global [address], [%1], %2; cp.async.ca.shared.global [address + %2], [%1 + %2], %2; }" ::
            "l"(shared),
        "l"(global), "n"(sizeof(T))
        : "memory");
#else
    shared[0] = global[0];
    shared[1] = global[1];
#endif
}

/// Waits for all copies that this thread started.
__device__ __forceinline__ void finish_async_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

}  // namespace vmaf::cuda
