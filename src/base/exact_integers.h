// Integer arithmetic for which GPUs have quicker instructions than compilers find. Elsewhere it is what it says.
#pragma once

#include <cstdint>

#include "base/host_device.h"

namespace vmaf {

/// a * b. Compilers for GPUs that know one factor to be positive multiply 64 bits by 64.
VMAF_HD constexpr int64_t wide_product(int32_t a, int32_t b) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        int64_t product;
        asm("mul.wide.s32 %0, %1, %2;" : "=l"(product) : "r"(a), "r"(b));
        return product;
    }
#endif
    return int64_t{a} * b;
}

/// floor(2^30 / m), 1 <= m <= 2^15. A GPU estimates from below, by 2^-20 at most, with a float's reciprocal; what is missing is the
/// remainder's quotient, less than 2^11, which floats have exactly: it differs by more than their error from any integer.
VMAF_HD constexpr uint32_t bounded_reciprocal(uint32_t m) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        uint32_t quotient;
        asm("{ .reg .f32 value, inverse, estimate, rest, anchored; .reg .s32 below, bits; .reg .u32 first;"
            " cvt.rn.f32.u32 value, %1;"
            " rcp.approx.ftz.f32 inverse, value;"
            " mul.rz.f32 estimate, inverse, 0f4e7ffff8;"  // 2^30 - 2^9
            " cvt.rzi.u32.f32 first, estimate;"
            " mul.lo.s32 below, first, %1;"
            " sub.s32 below, 1073741824, below;"
            " cvt.rn.f32.s32 rest, below;"
            " add.rn.f32 rest, rest, 0f3f000000;"
            " fma.rz.f32 anchored, rest, inverse, 0f4b000000;"  // + 2^23: its lowest bits are the whole part
            " mov.b32 bits, anchored;"
            " add.s32 bits, bits, -1258291200;"
            " add.u32 %0, first, bits; }"
            : "=r"(quotient)
            : "r"(m));
        return quotient;
    }
#endif
    return (1u << 30) / m;
}

}  // namespace vmaf
