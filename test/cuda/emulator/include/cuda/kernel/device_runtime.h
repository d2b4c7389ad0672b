// The CUDA names that kernels may use, for the host compiler: stands in front of the header of the same name in src.
// The list is the one in docs/cuda.md; what is missing here is not part of the kernels' language.
#pragma once

#include <math.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "block.h"

#define __global__ __attribute__((visibility("default")))
#define __device__
#define __host__
#define __constant__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __restrict__ __restrict
/// Behind the parameter's type: every kernel becomes a function of one address.
#define __grid_constant__ &
#define __align__(bytes) alignas(bytes)

#define threadIdx (::vmaf::emulator::thread->index)
#define blockIdx (::vmaf::emulator::block_index)
#define blockDim (::vmaf::emulator::block_size)
#define gridDim (::vmaf::emulator::grid_size)
#define warpSize 32
#define __syncthreads() ::vmaf::emulator::barrier(__LINE__)

#define VMAF_VECTORS(T, name)                                          \
    struct alignas(sizeof(T) * 2) name##2 {                            \
        T x, y;                                                        \
    };                                                                 \
    struct name##3 {                                                   \
        T x, y, z;                                                     \
    };                                                                 \
    struct alignas(sizeof(T) * 4 > 16 ? 16 : sizeof(T) * 4) name##4 {  \
        T x, y, z, w;                                                  \
    };                                                                 \
    inline name##2 make_##name##2(T x, T y) { return {x, y}; }         \
    inline name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; } \
    inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
VMAF_VECTORS(signed char, char)
VMAF_VECTORS(unsigned char, uchar)
VMAF_VECTORS(short, short)
VMAF_VECTORS(unsigned short, ushort)
VMAF_VECTORS(int, int)
VMAF_VECTORS(unsigned, uint)
VMAF_VECTORS(long long, longlong)
VMAF_VECTORS(unsigned long long, ulonglong)
VMAF_VECTORS(float, float)
VMAF_VECTORS(double, double)
#undef VMAF_VECTORS

// Warp operations.
constexpr unsigned kFullWarp = 0xffffffffu;

template <class T>
T vmaf_lane_value(const uint64_t* slots, int lane) {
    T value;
    std::memcpy(&value, slots + lane, sizeof(T));
    return value;
}

template <class T>
const uint64_t* vmaf_exchange(unsigned mask, T value) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8);
    if (mask != kFullWarp) vmaf::emulator::fault("a warp operation without the full mask");
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof(T));
    return vmaf::emulator::warp_exchange(bits);
}

/// What lane `source` published, if it is in the caller's group of `width` lanes and running; else the own value.
template <class T>
T vmaf_shuffle(unsigned mask, T value, int source, bool in_group) {
    const uint64_t* slots = vmaf_exchange(mask, value);
    return in_group ? vmaf_lane_value<T>(slots, source) : value;
}

inline int vmaf_lane() { return vmaf::emulator::thread->lane; }

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
    return vmaf_shuffle(mask, value, (vmaf_lane() & ~(width - 1)) | (source & (width - 1)), true);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32) {
    const int source = vmaf_lane() ^ bits;
    return vmaf_shuffle(mask, value, source & 31, source / width <= vmaf_lane() / width);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
    const int source = vmaf_lane() - static_cast<int>(delta);
    return vmaf_shuffle(mask, value, source & 31, source >= (vmaf_lane() & ~(width - 1)));
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
    const int source = vmaf_lane() + static_cast<int>(delta);
    return vmaf_shuffle(mask, value, source & 31, source <= (vmaf_lane() | (width - 1)));
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
    const uint32_t lanes = vmaf::emulator::warp_lanes();
    const uint64_t* slots = vmaf_exchange(mask, predicate != 0 ? 1 : 0);
    unsigned votes = 0;
    for (int lane = 0; lane < 32; ++lane)
        if (lanes >> lane & 1) votes |= vmaf_lane_value<unsigned>(slots, lane) << lane;
    return votes;
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }
inline void __syncwarp(unsigned mask = kFullWarp) { vmaf_exchange(mask, 0); }
inline unsigned __activemask() = delete;

// Atomics: threads of the emulator take turns, so plain arithmetic is atomic.
template <class T>
T vmaf_replace(T* target, T value) {
    const T old = *target;
    *target = value;
    return old;
}
inline int atomicAdd(int* p, int v) {
    return vmaf_replace(p, static_cast<int>(static_cast<unsigned>(*p) + static_cast<unsigned>(v)));
}
inline unsigned atomicAdd(unsigned* p, unsigned v) { return vmaf_replace(p, *p + v); }
inline unsigned long long atomicAdd(unsigned long long* p, unsigned long long v) { return vmaf_replace(p, *p + v); }
inline int atomicMin(int* p, int v) { return vmaf_replace(p, *p < v ? *p : v); }
inline unsigned atomicMin(unsigned* p, unsigned v) { return vmaf_replace(p, *p < v ? *p : v); }
inline int atomicMax(int* p, int v) { return vmaf_replace(p, *p > v ? *p : v); }
inline unsigned atomicMax(unsigned* p, unsigned v) { return vmaf_replace(p, *p > v ? *p : v); }
inline unsigned atomicOr(unsigned* p, unsigned v) { return vmaf_replace(p, *p | v); }

template <class T>
T __ldg(const T* p) {
    return *p;
}

// Integers.
template <class A, class B>
constexpr std::common_type_t<A, B> min(A a, B b) {
    using T = std::common_type_t<A, B>;
    return static_cast<T>(b) < static_cast<T>(a) ? static_cast<T>(b) : static_cast<T>(a);
}
template <class A, class B>
constexpr std::common_type_t<A, B> max(A a, B b) {
    using T = std::common_type_t<A, B>;
    return static_cast<T>(a) < static_cast<T>(b) ? static_cast<T>(b) : static_cast<T>(a);
}
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>((uint64_t{a} * b) >> 32); }
inline int __mulhi(int a, int b) { return static_cast<int>((int64_t{a} * b) >> 32); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
    return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
inline long long __mul64hi(long long a, long long b) {
    return static_cast<long long>((static_cast<__int128>(a) * b) >> 64);
}
inline int __clz(int v) { return std::countl_zero(static_cast<unsigned>(v)); }
inline int __clzll(long long v) { return std::countl_zero(static_cast<unsigned long long>(v)); }
inline int __ffs(int v) { return v == 0 ? 0 : std::countr_zero(static_cast<unsigned>(v)) + 1; }
inline int __ffsll(long long v) { return v == 0 ? 0 : std::countr_zero(static_cast<unsigned long long>(v)) + 1; }
inline int __popc(unsigned v) { return std::popcount(v); }
inline int __popcll(unsigned long long v) { return std::popcount(v); }
inline unsigned __brev(unsigned v) {
    unsigned r = 0;
    for (int i = 0; i < 32; ++i) r |= (v >> i & 1) << (31 - i);
    return r;
}
inline unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) {
    const uint64_t both = uint64_t{b} << 32 | a;
    unsigned r = 0;
    for (int i = 0; i < 4; ++i) r |= static_cast<unsigned>(both >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
    return r;
}
inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>(((uint64_t{high} << 32 | low) << (shift & 31)) >> 32);
}
inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>((uint64_t{high} << 32 | low) >> (shift & 31));
}
template <class T>
constexpr int vmaf_field(unsigned word, int i) {
    return static_cast<T>(word >> (8 * sizeof(T) * i));
}
inline int __dp4a(int a, int b, int c) {
    unsigned sum = static_cast<unsigned>(c);
    for (int i = 0; i < 4; ++i) sum += static_cast<unsigned>(vmaf_field<int8_t>(a, i) * vmaf_field<int8_t>(b, i));
    return static_cast<int>(sum);
}
inline unsigned __dp4a(unsigned a, unsigned b, unsigned c) {
    for (int i = 0; i < 4; ++i) c += static_cast<unsigned>(vmaf_field<uint8_t>(a, i) * vmaf_field<uint8_t>(b, i));
    return c;
}
template <class Half, class Byte>
unsigned vmaf_dp2a(unsigned a, unsigned b, unsigned c, int first) {
    for (int i = 0; i < 2; ++i) c += static_cast<unsigned>(vmaf_field<Half>(a, i) * vmaf_field<Byte>(b, first + i));
    return c;
}
inline int __dp2a_lo(int a, int b, int c) { return static_cast<int>(vmaf_dp2a<int16_t, int8_t>(a, b, c, 0)); }
inline int __dp2a_hi(int a, int b, int c) { return static_cast<int>(vmaf_dp2a<int16_t, int8_t>(a, b, c, 2)); }
inline unsigned __dp2a_lo(unsigned a, unsigned b, unsigned c) { return vmaf_dp2a<uint16_t, uint8_t>(a, b, c, 0); }
inline unsigned __dp2a_hi(unsigned a, unsigned b, unsigned c) { return vmaf_dp2a<uint16_t, uint8_t>(a, b, c, 2); }
inline unsigned __usad(unsigned a, unsigned b, unsigned c) { return (a > b ? a - b : b - a) + c; }
inline unsigned __sad(int a, int b, unsigned c) {
    return (a > b ? static_cast<unsigned>(a) - static_cast<unsigned>(b)
                  : static_cast<unsigned>(b) - static_cast<unsigned>(a)) +
           c;
}
template <class T>
unsigned vmaf_abs_differences(unsigned a, unsigned b) {
    unsigned r = 0;
    for (int i = 0; i < static_cast<int>(4 / sizeof(T)); ++i)
        r |= static_cast<unsigned>(abs(vmaf_field<T>(a, i) - vmaf_field<T>(b, i))) << (8 * sizeof(T) * i);
    return r;
}
inline unsigned __vabsdiffu4(unsigned a, unsigned b) { return vmaf_abs_differences<uint8_t>(a, b); }
inline unsigned __vabsdiffu2(unsigned a, unsigned b) { return vmaf_abs_differences<uint16_t>(a, b); }
inline unsigned __vsadu4(unsigned a, unsigned b) { return __dp4a(__vabsdiffu4(a, b), 0x01010101u, 0u); }

// Floating point with one correct result. Contraction is off in the host build too.
inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fsqrt_rn(float a) { return sqrtf(a); }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dsub_rn(double a, double b) { return a - b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __ddiv_rn(double a, double b) { return a / b; }
inline double __dsqrt_rn(double a) { return sqrt(a); }
inline int __float2int_rn(float v) { return static_cast<int>(rintf(v)); }
inline int __float2int_rz(float v) { return static_cast<int>(v); }
inline int __float2int_rd(float v) { return static_cast<int>(floorf(v)); }
inline unsigned __float2uint_rn(float v) { return static_cast<unsigned>(rintf(v)); }
inline unsigned __float2uint_rz(float v) { return static_cast<unsigned>(v); }
inline long long __double2ll_rn(double v) { return static_cast<long long>(rint(v)); }
inline long long __double2ll_rz(double v) { return static_cast<long long>(v); }
inline int __double2int_rn(double v) { return static_cast<int>(rint(v)); }
inline int __double2int_rz(double v) { return static_cast<int>(v); }
inline float __double2float_rn(double v) { return static_cast<float>(v); }
inline float __int2float_rn(int v) { return static_cast<float>(v); }
inline float __uint2float_rn(unsigned v) { return static_cast<float>(v); }
inline double __int2double_rn(int v) { return v; }
inline double __uint2double_rn(unsigned v) { return v; }
inline double __ll2double_rn(long long v) { return static_cast<double>(v); }
inline double __ull2double_rn(unsigned long long v) { return static_cast<double>(v); }
inline int __float_as_int(float v) { return std::bit_cast<int>(v); }
inline unsigned __float_as_uint(float v) { return std::bit_cast<unsigned>(v); }
inline float __int_as_float(int v) { return std::bit_cast<float>(v); }
inline float __uint_as_float(unsigned v) { return std::bit_cast<float>(v); }
inline long long __double_as_longlong(double v) { return std::bit_cast<long long>(v); }
inline double __longlong_as_double(long long v) { return std::bit_cast<double>(v); }

namespace vmaf::cuda {

template <class T>
T& block_shared() {
    static_assert(std::is_trivially_default_constructible_v<T> && sizeof(T) <= 48 * 1024);
    static char key;
    return *static_cast<T*>(emulator::shared_memory(&key, sizeof(T)));
}

template <class T>
T* dynamic_shared() {
    return static_cast<T*>(emulator::dynamic_shared_memory());
}

template <class T>
T warp_sum(T value) {
    static_assert(std::is_integral_v<T> && (sizeof(T) == 4 || sizeof(T) == 8));
    const uint32_t lanes = emulator::warp_lanes();
    const uint64_t* slots = vmaf_exchange(kFullWarp, value);
    std::make_unsigned_t<T> sum = 0;
    for (int lane = 0; lane < 32; ++lane)
        if (lanes >> lane & 1) sum += vmaf_lane_value<std::make_unsigned_t<T>>(slots, lane);
    return static_cast<T>(sum);
}

}  // namespace vmaf::cuda
