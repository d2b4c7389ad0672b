// Products of two signed 16-bit factors with two bytes, added to a sum. CUDA has them for factors and bytes of one kind alone.
#pragma once

#include <cstdint>

#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {

/// As an operand of the dot products: `first` goes with the lower byte.
constexpr int factor_pair(int first, int second) {
    return static_cast<int>(static_cast<uint32_t>(first & 0xffff) | static_cast<uint32_t>(second) << 16);
}

/// With the two lower bytes.
__device__ __forceinline__ int dot_of_lower_bytes(int factors, uint32_t bytes, int sum) {
#ifdef __CUDA_ARCH__
    asm("dp2a.lo.s32.u32 %0, %1, %2, %0;" : "+r"(sum) : "r"(factors), "r"(bytes));
    return sum;
#else
    const auto low = static_cast<int16_t>(factors);
    return sum + low * static_cast<int>(bytes & 0xff) + (factors >> 16) * static_cast<int>(bytes >> 8 & 0xff);
#endif
}
/// With the two upper bytes.
__device__ __forceinline__ int dot_of_upper_bytes(int factors, uint32_t bytes, int sum) {
#ifdef __CUDA_ARCH__
    asm("dp2a.hi.s32.u32 %0, %1, %2, %0;" : "+r"(sum) : "r"(factors), "r"(bytes));
    return sum;
#else
    return dot_of_lower_bytes(factors, bytes >> 16, sum);
#endif
}

}  // namespace vmaf::cuda
