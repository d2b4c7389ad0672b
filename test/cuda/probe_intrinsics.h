// One call of each intrinsic that kernels may use: compiled by nvcc for the GPU and by the host compiler for what it must give.
#pragma once

#include "cuda/kernel/device_runtime.h"
#include "probe.h"

namespace vmaf::test {

__device__ inline uint32_t low(unsigned long long v) { return static_cast<uint32_t>(v); }
__device__ inline uint32_t high(unsigned long long v) { return static_cast<uint32_t>(v >> 32); }

/// Floats that stay finite and normal: 1.0 to 2.0 with sign, times a power of two of moderate size.
__device__ inline float moderate(uint32_t bits) {
    return __uint_as_float((bits & 0x807fffffu) | ((100u + bits % 50u) << 23));
}

__device__ inline int try_integers(uint32_t a, uint32_t b, uint32_t c, uint32_t* out) {
    const int ia = static_cast<int>(a), ib = static_cast<int>(b), ic = static_cast<int>(c);
    const unsigned long long wide = static_cast<unsigned long long>(a) << 32 | b,
                             other = static_cast<unsigned long long>(c) << 32 | a;
    int n = 0;
    out[n++] = __umulhi(a, b);
    out[n++] = static_cast<uint32_t>(__mulhi(ia, ib));
    out[n++] = low(__umul64hi(wide, other));
    out[n++] =
        high(static_cast<unsigned long long>(__mul64hi(static_cast<long long>(wide), static_cast<long long>(other))));
    out[n++] = static_cast<uint32_t>(__clz(ia >> (b & 31)));
    out[n++] = static_cast<uint32_t>(__clzll(static_cast<long long>(wide >> (c & 63))));
    out[n++] = static_cast<uint32_t>(__ffs(static_cast<int>(a << (b & 31))));
    out[n++] = static_cast<uint32_t>(__ffsll(static_cast<long long>(wide << (c & 63))));
    out[n++] = static_cast<uint32_t>(__popc(a) + 100 * __popcll(wide));
    out[n++] = __brev(a);
    out[n++] = __byte_perm(a, b, c & 0x7777u);
    out[n++] = __funnelshift_l(a, b, c & 31);
    out[n++] = __funnelshift_r(a, b, c & 31);
    out[n++] = static_cast<uint32_t>(__dp4a(ia, ib, ic));
    out[n++] = __dp4a(a, b, c);
    out[n++] = static_cast<uint32_t>(__dp2a_lo(ia, ib, ic));
    out[n++] = static_cast<uint32_t>(__dp2a_hi(ia, ib, ic));
    out[n++] = __dp2a_lo(a, b, c);
    out[n++] = __dp2a_hi(a, b, c);
    out[n++] = __usad(a, b, c);
    out[n++] = __sad(ia, ib, c);
    out[n++] = __vabsdiffu4(a, b);
    out[n++] = __vabsdiffu2(a, b);
    out[n++] = __vsadu4(a, b);
    out[n++] = static_cast<uint32_t>(min(ia, ib)) ^ max(a, b);
    return n;
}

__device__ inline int try_floats(uint32_t a, uint32_t b, uint32_t c, uint32_t* out) {
    const float x = moderate(a), y = moderate(b), z = moderate(c);
    const double dx = x, dy = y, dz = z;
    int n = 0;
    out[n++] = __float_as_uint(x * y + z);
    out[n++] = __float_as_uint(__fmaf_rn(x, y, z));
    out[n++] = __float_as_uint(x / y);
    out[n++] = __float_as_uint(sqrtf(x < 0 ? -x : x));
    out[n++] = high(static_cast<unsigned long long>(__double_as_longlong(dx / dy)));
    out[n++] = low(static_cast<unsigned long long>(__double_as_longlong(__fma_rn(dx, dy, dz / dy))));
    out[n++] = low(static_cast<unsigned long long>(__double_as_longlong(sqrt(dx * dx + dy))));
    out[n++] = __float_as_uint(static_cast<float>(dx / dz));
    out[n++] = static_cast<uint32_t>(__float2int_rn(x) ^ __float2int_rz(y));
    out[n++] = low(static_cast<unsigned long long>(__double2ll_rn(dx / dy)));
    out[n++] = __float_as_uint(__uint2float_rn(a)) ^ __float_as_uint(__int2float_rn(static_cast<int>(b)));
    out[n++] = __float_as_uint(floorf(x)) ^ __float_as_uint(rintf(y)) ^ __float_as_uint(truncf(z));
    out[n++] = __float_as_uint(static_cast<float>(static_cast<unsigned long long>(a) << 32 | b));
    out[n++] = high(static_cast<unsigned long long>(
        __double_as_longlong(__ull2double_rn(static_cast<unsigned long long>(a) << 32 | b))));
    out[n++] = __float_as_uint(__fsqrt_rn(__fmul_rn(x, x)));
    return n;
}

__device__ inline void try_intrinsics(uint32_t a, uint32_t b, uint32_t c, uint32_t* out) {
    const int n = try_integers(a, b, c, out);
    try_floats(a, b, c, out + n);
}

}  // namespace vmaf::test
