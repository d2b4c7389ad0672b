// Copies from device memory to shared memory that pass by the registers and go on while the thread computes.
// Included by .cu files alone.
#pragma once

#include "cuda/kernel.h"

namespace vmaf::cuda {

/// Starts to copy one T of 8 or 16 bytes, both addresses aligned to its size. The copy is there for this thread after
/// finish_async_copies(), for others after a barrier behind that.
template <class T>
__device__ __forceinline__ void start_async_copy(T* shared, const T* global) {
    static_assert(sizeof(T) == 8 || sizeof(T) == 16);
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile(
        "{ .reg .u64 address; cvta.to.shared.u64 address, %0; cp.async.ca.shared.global [address], [%1], %2; }" ::"l"(
            shared),
        "l"(global), "n"(sizeof(T))
        : "memory");
#else
    *shared = *global;
#endif
}

/// Waits for all copies that this thread started.
__device__ __forceinline__ void finish_async_copies() {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
    asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

}  // namespace vmaf::cuda
