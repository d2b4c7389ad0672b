// Warp-wide products of byte matrices, exact in 32 bits: the fastest multiply-adds of a GPU. Included by .cu files
// alone.
#pragma once

#include <cstdint>

#include "cuda/kernel/byte_matrix_layout.h"
#include "cuda/kernel/kernel.h"

namespace vmaf::cuda {

// D(16 x 8) = A(16 x 32) * B(32 x 8) + C(16 x 8), bytes unsigned, sums modulo 2^32. Every lane holds the elements that
// byte_matrix_layout.h names; all 32 lanes take part.

struct ByteMatrixA {
    uint32_t word[4];
};

struct ByteMatrixB {
    uint32_t word[2];
};

struct MatrixSums {
    uint32_t word[4];
};

__device__ __forceinline__ int lane_in_warp() { return thread_in_block() % kWarp; }

__device__ __forceinline__ MatrixSums filled(uint32_t value) { return {{value, value, value, value}}; }

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800

__device__ __forceinline__ MatrixSums multiply_add(const ByteMatrixA& a, const ByteMatrixB& b, const MatrixSums& c) {
    MatrixSums d;
    asm volatile(
        "mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %12, "
        "%13};"
        : "=r"(d.word[0]), "=r"(d.word[1]), "=r"(d.word[2]), "=r"(d.word[3])
        : "r"(a.word[0]), "r"(a.word[1]), "r"(a.word[2]), "r"(a.word[3]), "r"(b.word[0]), "r"(b.word[1]),
          "r"(c.word[0]), "r"(c.word[1]), "r"(c.word[2]), "r"(c.word[3]));
    return d;
}

#elif defined(__CUDA_ARCH__)

/// A quarter of the product: 8 rows, 16 columns of A.
__device__ __forceinline__ void add_quarter(uint32_t a, uint32_t b, uint32_t& d0, uint32_t& d1) {
    asm volatile("mma.sync.aligned.m8n8k16.row.col.s32.u8.u8.s32 {%0, %1}, {%2}, {%3}, {%0, %1};"
                 : "+r"(d0), "+r"(d1)
                 : "r"(a), "r"(b));
}

__device__ __forceinline__ MatrixSums multiply_add(const ByteMatrixA& a, const ByteMatrixB& b, const MatrixSums& c) {
    MatrixSums d = c;
#pragma unroll
    for (int i = 0; i < 4; ++i) add_quarter(a.word[i], b.word[i >> 1], d.word[2 * (i & 1)], d.word[2 * (i & 1) + 1]);
    return d;
}

#else

/// By the definition: every lane fetches the rows and columns that meet in its four sums.
inline MatrixSums multiply_add(const ByteMatrixA& a, const ByteMatrixB& b, const MatrixSums& c) {
    const int group = lane_in_warp() / 4, member = lane_in_warp() % 4;
    MatrixSums d = c;
    const auto both = [](uint32_t low, uint32_t high) { return uint64_t{high} << 32 | low; };
    for (int m = 0; m < 4; ++m) {
        uint64_t row[2],
            column[2];  // two words each: the left and the right half of a row, the upper and lower of a column
        for (int i = 0; i < 2; ++i) {
            row[i] = __shfl_sync(0xffffffffu, both(a.word[i], a.word[2 + i]), 4 * group + m);
            column[i] = __shfl_sync(0xffffffffu, both(b.word[0], b.word[1]), 4 * (2 * member + i) + m);
        }
        for (int i = 0; i < 4; ++i)
            for (int shift = 0; shift < 64; shift += 32)
                d.word[i] = __dp4a(static_cast<uint32_t>(row[i >> 1] >> shift),
                                   static_cast<uint32_t>(column[i & 1] >> shift), d.word[i]);
    }
    return d;
}

#endif

/// Four values to words of equal bytes: word i holds byte kFirst + i of each value, that of value[0] lowest.
template <int kFirst = 0, int kWords>
__device__ __forceinline__ void transpose_bytes(const uint32_t (&value)[4], uint32_t (&word)[kWords]) {
    static_assert(kWords % 2 == 0 && kFirst + kWords <= 4);
#pragma unroll
    for (int i = 0; i < kWords; i += 2) {
        const unsigned interleave = 0x5140u + 0x1111u * (kFirst + i);
        const uint32_t front = __byte_perm(value[0], value[1], interleave),
                       back = __byte_perm(value[2], value[3], interleave);
        word[i] = __byte_perm(front, back, 0x5410);
        word[i + 1] = __byte_perm(front, back, 0x7632);
    }
}

}  // namespace vmaf::cuda
