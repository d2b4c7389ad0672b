// What kernels need of the GPU compiler beyond the language: shared memory and warp reductions.
// The tests' stand-in for the driver puts a header of the same name in front of this one and runs kernels on the CPU.
#pragma once

#include <cstdint>
#include <type_traits>

namespace vmaf::cuda {

/// The block's one object of type T in shared memory, uninitialised; at most 48 KB for all of a kernel's types.
/// Two calls with the same T give the same object.
template <class T>
__device__ __forceinline__ T& block_shared() {
    static_assert(std::is_trivially_default_constructible_v<T> && sizeof(T) <= 48 * 1024);
    __shared__ T memory;
    return memory;
}

/// The shared memory whose size the launch gives, uninitialised, 16-byte aligned.
template <class T>
__device__ __forceinline__ T* dynamic_shared() {
    extern __shared__ __align__(16) unsigned char vmaf_dynamic_shared[];
    return reinterpret_cast<T*>(vmaf_dynamic_shared);
}

/// The sum over the warp's 32 lanes, in every lane; all lanes take part. Wraps as unsigned arithmetic does.
template <class T>
__device__ __forceinline__ T warp_sum(T value) {
    static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));
#if __CUDA_ARCH__ >= 800
    if constexpr (sizeof(T) == 4) return static_cast<T>(__reduce_add_sync(0xffffffffu, static_cast<unsigned>(value)));
#endif
    using Bits = std::conditional_t<sizeof(T) == 4, unsigned, unsigned long long>;
    Bits sum = static_cast<Bits>(value);
    for (int step = 16; step > 0; step >>= 1) sum += __shfl_xor_sync(0xffffffffu, sum, step);
    return static_cast<T>(sum);
}

}  // namespace vmaf::cuda
