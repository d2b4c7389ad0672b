// The CUDA names that kernels may use, for clang without NVIDIA's headers; included ahead of each .cu file by -Denable_nvcc=false.
// The list is the one in docs/cuda.md.
#pragma once

#include <math.h>
#include <stdlib.h>

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __grid_constant__

#define VMAF_CLANG static __device__ __forceinline__

/// A special register per direction, read where it is used.
#define VMAF_INDEX(name, register)                                                                          \
    struct name##_type {                                                                                    \
        __declspec(property(get = get_x)) unsigned x;                                                       \
        __declspec(property(get = get_y)) unsigned y;                                                       \
        __declspec(property(get = get_z)) unsigned z;                                                       \
        __device__ __forceinline__ unsigned get_x() const { return __nvvm_read_ptx_sreg_##register##_x(); } \
        __device__ __forceinline__ unsigned get_y() const { return __nvvm_read_ptx_sreg_##register##_y(); } \
        __device__ __forceinline__ unsigned get_z() const { return __nvvm_read_ptx_sreg_##register##_z(); } \
    };                                                                                                      \
    extern const __device__ __attribute__((weak)) name##_type name;
VMAF_INDEX(threadIdx, tid)
VMAF_INDEX(blockIdx, ctaid)
VMAF_INDEX(blockDim, ntid)
VMAF_INDEX(gridDim, nctaid)
#undef VMAF_INDEX
constexpr int warpSize = 32;

#define VMAF_VECTORS(T, name)                                              \
    struct __align__(sizeof(T) * 2) name##2 {                              \
        T x, y;                                                            \
    };                                                                     \
    struct name##3 {                                                       \
        T x, y, z;                                                         \
    };                                                                     \
    struct __align__(sizeof(T) * 4 > 16 ? 16 : sizeof(T) * 4) name##4 {    \
        T x, y, z, w;                                                      \
    };                                                                     \
    VMAF_CLANG name##2 make_##name##2(T x, T y) { return {x, y}; }         \
    VMAF_CLANG name##3 make_##name##3(T x, T y, T z) { return {x, y, z}; } \
    VMAF_CLANG name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }
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

template <class To, class From>
VMAF_CLANG To vmaf_bits(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    __builtin_memcpy(&to, &value, sizeof(to));
    return to;
}

// __syncthreads is a builtin of clang's
VMAF_CLANG void __syncwarp(unsigned mask = 0xffffffffu) { __nvvm_bar_warp_sync(mask); }

/// Shuffles of 4 bytes; 8 bytes go in halves.
#define VMAF_SHUFFLE(name, builtin, Argument, clamp)                                                                 \
    template <class T>                                                                                               \
    VMAF_CLANG T name(unsigned mask, T value, Argument which, int width = 32) {                                      \
        static_assert(sizeof(T) == 4 || sizeof(T) == 8);                                                             \
        const int limits = (32 - width) << 8 | (clamp);                                                              \
        if constexpr (sizeof(T) == 4) {                                                                              \
            return vmaf_bits<T>(builtin(mask, vmaf_bits<int>(value), static_cast<int>(which), limits));              \
        } else {                                                                                                     \
            const auto bits = vmaf_bits<unsigned long long>(value);                                                  \
            const auto low =                                                                                         \
                static_cast<unsigned>(builtin(mask, static_cast<int>(bits), static_cast<int>(which), limits));       \
            const auto high =                                                                                        \
                static_cast<unsigned>(builtin(mask, static_cast<int>(bits >> 32), static_cast<int>(which), limits)); \
            return vmaf_bits<T>(static_cast<unsigned long long>(high) << 32 | low);                                  \
        }                                                                                                            \
    }
VMAF_SHUFFLE(__shfl_sync, __nvvm_shfl_sync_idx_i32, int, 31)
VMAF_SHUFFLE(__shfl_xor_sync, __nvvm_shfl_sync_bfly_i32, int, 31)
VMAF_SHUFFLE(__shfl_up_sync, __nvvm_shfl_sync_up_i32, unsigned, 0)
VMAF_SHUFFLE(__shfl_down_sync, __nvvm_shfl_sync_down_i32, unsigned, 31)
#undef VMAF_SHUFFLE
VMAF_CLANG unsigned __ballot_sync(unsigned mask, int predicate) { return __nvvm_vote_ballot_sync(mask, predicate); }
VMAF_CLANG int __any_sync(unsigned mask, int predicate) { return __nvvm_vote_any_sync(mask, predicate); }
VMAF_CLANG int __all_sync(unsigned mask, int predicate) { return __nvvm_vote_all_sync(mask, predicate); }
VMAF_CLANG unsigned __reduce_add_sync(unsigned mask, unsigned value) {
    unsigned sum;
    asm volatile("redux.sync.add.u32 %0, %1, %2;" : "=r"(sum) : "r"(value), "r"(mask));
    return sum;
}

VMAF_CLANG int atomicAdd(int* p, int v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG unsigned atomicAdd(unsigned* p, unsigned v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG unsigned long long atomicAdd(unsigned long long* p, unsigned long long v) {
    return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
VMAF_CLANG int atomicMin(int* p, int v) { return __atomic_fetch_min(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG unsigned atomicMin(unsigned* p, unsigned v) { return __atomic_fetch_min(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG int atomicMax(int* p, int v) { return __atomic_fetch_max(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG unsigned atomicMax(unsigned* p, unsigned v) { return __atomic_fetch_max(p, v, __ATOMIC_RELAXED); }
VMAF_CLANG unsigned atomicOr(unsigned* p, unsigned v) { return __atomic_fetch_or(p, v, __ATOMIC_RELAXED); }

template <class T>
VMAF_CLANG T __ldg(const T* p) {
    return *p;
}

VMAF_CLANG unsigned __umulhi(unsigned a, unsigned b) { return __nvvm_mulhi_ui(a, b); }
VMAF_CLANG int __mulhi(int a, int b) { return __nvvm_mulhi_i(a, b); }
VMAF_CLANG unsigned long long __umul64hi(unsigned long long a, unsigned long long b) { return __nvvm_mulhi_ull(a, b); }
VMAF_CLANG long long __mul64hi(long long a, long long b) { return __nvvm_mulhi_ll(a, b); }
VMAF_CLANG int __clz(int v) { return v == 0 ? 32 : __builtin_clz(static_cast<unsigned>(v)); }
VMAF_CLANG int __clzll(long long v) { return v == 0 ? 64 : __builtin_clzll(static_cast<unsigned long long>(v)); }
VMAF_CLANG int __ffs(int v) { return __builtin_ffs(v); }
VMAF_CLANG int __ffsll(long long v) { return __builtin_ffsll(v); }
VMAF_CLANG int __popc(unsigned v) { return __builtin_popcount(v); }
VMAF_CLANG int __popcll(unsigned long long v) { return __builtin_popcountll(v); }
VMAF_CLANG unsigned __brev(unsigned v) { return __builtin_bitreverse32(v); }
VMAF_CLANG unsigned __byte_perm(unsigned a, unsigned b, unsigned selector) { return __nvvm_prmt(a, b, selector); }
VMAF_CLANG unsigned __funnelshift_l(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>((static_cast<unsigned long long>(high) << 32 | low) << (shift & 31) >> 32);
}
VMAF_CLANG unsigned __funnelshift_r(unsigned low, unsigned high, unsigned shift) {
    return static_cast<unsigned>((static_cast<unsigned long long>(high) << 32 | low) >> (shift & 31));
}

/// One instruction of three words.
#define VMAF_WORDS3(T, name, instruction)                                       \
    VMAF_CLANG T name(T a, T b, T c) {                                          \
        T r;                                                                    \
        asm(instruction " %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c)); \
        return r;                                                               \
    }
VMAF_WORDS3(int, __dp4a, "dp4a.s32.s32")
VMAF_WORDS3(unsigned, __dp4a, "dp4a.u32.u32")
VMAF_WORDS3(int, __dp2a_lo, "dp2a.lo.s32.s32")
VMAF_WORDS3(int, __dp2a_hi, "dp2a.hi.s32.s32")
VMAF_WORDS3(unsigned, __dp2a_lo, "dp2a.lo.u32.u32")
VMAF_WORDS3(unsigned, __dp2a_hi, "dp2a.hi.u32.u32")
VMAF_WORDS3(unsigned, __usad, "sad.u32")
#undef VMAF_WORDS3
VMAF_CLANG unsigned __sad(int a, int b, unsigned c) {
    unsigned r;
    asm("sad.s32 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
    return r;
}
VMAF_CLANG unsigned __vabsdiffu4(unsigned a, unsigned b) {
    unsigned r = 0;
    for (int i = 0; i < 32; i += 8) r |= __usad(a >> i & 0xff, b >> i & 0xff, 0) << i;
    return r;
}
VMAF_CLANG unsigned __vabsdiffu2(unsigned a, unsigned b) {
    return __usad(a & 0xffff, b & 0xffff, 0) | __usad(a >> 16, b >> 16, 0) << 16;
}
VMAF_CLANG unsigned __vsadu4(unsigned a, unsigned b) { return __dp4a(__vabsdiffu4(a, b), 0x01010101u, 0u); }

#define VMAF_MIN_MAX(T)                                  \
    VMAF_CLANG T min(T a, T b) { return b < a ? b : a; } \
    VMAF_CLANG T max(T a, T b) { return a < b ? b : a; }
VMAF_MIN_MAX(int)
VMAF_MIN_MAX(unsigned)
VMAF_MIN_MAX(long long)
VMAF_MIN_MAX(unsigned long long)
VMAF_MIN_MAX(float)
VMAF_MIN_MAX(double)
#undef VMAF_MIN_MAX
VMAF_CLANG int abs(int v) { return v < 0 ? -v : v; }

#define VMAF_FLOAT1(T, name, call) \
    VMAF_CLANG T name(T a) { return call(a); }
VMAF_FLOAT1(float, sqrtf, __nvvm_sqrt_rn_f)
VMAF_FLOAT1(double, sqrt, __nvvm_sqrt_rn_d)
VMAF_FLOAT1(float, __fsqrt_rn, __nvvm_sqrt_rn_f)
VMAF_FLOAT1(double, __dsqrt_rn, __nvvm_sqrt_rn_d)
VMAF_FLOAT1(float, floorf, __nvvm_floor_f)
VMAF_FLOAT1(float, truncf, __nvvm_trunc_f)
VMAF_FLOAT1(float, rintf, __builtin_rintf)
VMAF_FLOAT1(float, fabsf, __builtin_fabsf)
VMAF_FLOAT1(double, fabs, __builtin_fabs)
#undef VMAF_FLOAT1
VMAF_CLANG float fmaf(float a, float b, float c) { return __nvvm_fma_rn_f(a, b, c); }
VMAF_CLANG double fma(double a, double b, double c) { return __nvvm_fma_rn_d(a, b, c); }
VMAF_CLANG float __fmaf_rn(float a, float b, float c) { return __nvvm_fma_rn_f(a, b, c); }
VMAF_CLANG double __fma_rn(double a, double b, double c) { return __nvvm_fma_rn_d(a, b, c); }
VMAF_CLANG float __fadd_rn(float a, float b) { return __nvvm_add_rn_f(a, b); }
VMAF_CLANG float __fsub_rn(float a, float b) { return __nvvm_add_rn_f(a, -b); }
VMAF_CLANG float __fmul_rn(float a, float b) { return __nvvm_mul_rn_f(a, b); }
VMAF_CLANG float __fdiv_rn(float a, float b) { return __nvvm_div_rn_f(a, b); }
VMAF_CLANG float __frcp_rn(float a) { return __nvvm_rcp_rn_f(a); }
VMAF_CLANG double __dadd_rn(double a, double b) { return __nvvm_add_rn_d(a, b); }
VMAF_CLANG double __dsub_rn(double a, double b) { return __nvvm_add_rn_d(a, -b); }
VMAF_CLANG double __dmul_rn(double a, double b) { return __nvvm_mul_rn_d(a, b); }
VMAF_CLANG double __ddiv_rn(double a, double b) { return __nvvm_div_rn_d(a, b); }

#define VMAF_CONVERT(To, name, From, call) \
    VMAF_CLANG To name(From v) { return call(v); }
VMAF_CONVERT(int, __float2int_rn, float, __nvvm_f2i_rn)
VMAF_CONVERT(int, __float2int_rz, float, __nvvm_f2i_rz)
VMAF_CONVERT(int, __float2int_rd, float, __nvvm_f2i_rm)
VMAF_CONVERT(unsigned, __float2uint_rn, float, __nvvm_f2ui_rn)
VMAF_CONVERT(unsigned, __float2uint_rz, float, __nvvm_f2ui_rz)
VMAF_CONVERT(long long, __double2ll_rn, double, __nvvm_d2ll_rn)
VMAF_CONVERT(long long, __double2ll_rz, double, __nvvm_d2ll_rz)
VMAF_CONVERT(int, __double2int_rn, double, __nvvm_d2i_rn)
VMAF_CONVERT(int, __double2int_rz, double, __nvvm_d2i_rz)
VMAF_CONVERT(float, __double2float_rn, double, __nvvm_d2f_rn)
VMAF_CONVERT(float, __int2float_rn, int, __nvvm_i2f_rn)
VMAF_CONVERT(float, __uint2float_rn, unsigned, __nvvm_ui2f_rn)
VMAF_CONVERT(double, __int2double_rn, int, __nvvm_i2d_rn)
VMAF_CONVERT(double, __uint2double_rn, unsigned, __nvvm_ui2d_rn)
VMAF_CONVERT(double, __ll2double_rn, long long, __nvvm_ll2d_rn)
VMAF_CONVERT(double, __ull2double_rn, unsigned long long, __nvvm_ull2d_rn)
#undef VMAF_CONVERT
VMAF_CLANG int __float_as_int(float v) { return vmaf_bits<int>(v); }
VMAF_CLANG unsigned __float_as_uint(float v) { return vmaf_bits<unsigned>(v); }
VMAF_CLANG float __int_as_float(int v) { return vmaf_bits<float>(v); }
VMAF_CLANG float __uint_as_float(unsigned v) { return vmaf_bits<float>(v); }
VMAF_CLANG long long __double_as_longlong(double v) { return vmaf_bits<long long>(v); }
VMAF_CLANG double __longlong_as_double(long long v) { return vmaf_bits<double>(v); }
#undef VMAF_CLANG
