// The wavelet filters of adm on vectors, and the words in which its vector text is written. Part of simd/adm.cpp.
//
// A lane is a column, in 32 bits; 64-bit values of even and odd columns go separately. Inputs of 16 bits are filtered
// as pairs, two products and their sum by one instruction.
#if defined(VMAF_FEATURE_SIMD_ADM_FILTERS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VMAF_FEATURE_SIMD_ADM_FILTERS_INL_H_
#undef VMAF_FEATURE_SIMD_ADM_FILTERS_INL_H_
#else
#define VMAF_FEATURE_SIMD_ADM_FILTERS_INL_H_
#endif

#include <algorithm>

#include "metric/adm/adm_rows.h"
#include "simd/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vmaf::adm::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;
using namespace simd::HWY_NAMESPACE;

using M32 = hn::Mask<decltype(s32)>;

HWY_INLINE int lanes() { return static_cast<int>(hn::Lanes(s32)); }

/// 64-bit values of the even columns and of the odd ones.
struct Wide {
    HeldU64 even, odd;

    HWY_INLINE Wide(U64 e, U64 o) : even(e), odd(o) {}
};

HWY_INLINE S32 odd_columns(S32 v) { return as_s32(hn::ShiftRight<32>(as_u64(v))); }
HWY_INLINE Wide product(S32 a, S32 b) {
    return {as_u64(hn::MulEven(a, b)), as_u64(hn::MulEven(odd_columns(a), odd_columns(b)))};
}
HWY_INLINE Wide product(S32 a, int32_t b) {
    const S32 factor = hn::Set(s32, b);
    return {as_u64(hn::MulEven(a, factor)), as_u64(hn::MulEven(odd_columns(a), factor))};
}
HWY_INLINE Wide operator+(const Wide& a, U64 b) { return {hn::Add(U64(a.even), b), hn::Add(U64(a.odd), b)}; }
HWY_INLINE Wide operator+(const Wide& a, const Wide& b) {
    return {hn::Add(U64(a.even), U64(b.even)), hn::Add(U64(a.odd), U64(b.odd))};
}
HWY_INLINE U64 set64(uint64_t value) { return hn::Set(u64, value); }
/// Logical; of what is kept of a signed value it makes no difference.
HWY_INLINE Wide operator>>(const Wide& a, int shift) {
    return {hn::ShiftRightSame(U64(a.even), shift), hn::ShiftRightSame(U64(a.odd), shift)};
}
HWY_INLINE S32 low_words(const Wide& a) {
    return hn::OddEven(as_s32(hn::ShiftLeft<32>(U64(a.odd))), as_s32(U64(a.even)));
}
HWY_INLINE S32 high_words(const Wide& a) {
    return hn::OddEven(as_s32(U64(a.odd)), as_s32(hn::ShiftRight<32>(U64(a.even))));
}

constexpr int32_t pair(int first, int second) {
    return static_cast<int32_t>((static_cast<uint32_t>(first) & 0xffffu) | static_cast<uint32_t>(second) << 16);
}

/// sum + products of the 16-bit halves.
HWY_INLINE S32 add_dot(S32 sum, S32 a, S32 b) {
#if HWY_ARCH_X86
    S32 unused = sum;
    return hn::ReorderWidenMulAccumulate(s32, hn::BitCast(s16, a), hn::BitCast(s16, b), sum, unused);
#else
    const S32 low = hn::Mul(hn::ShiftRight<16>(hn::ShiftLeft<16>(a)), hn::ShiftRight<16>(hn::ShiftLeft<16>(b)));
    return hn::Add(hn::Add(sum, low), hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b)));
#endif
}

/// Four inputs of a filter as two pairs of 16-bit values.
struct Pairs {
    HeldS32 first, second;

    HWY_INLINE S32 low(S32 sum) const {
        sum = add_dot(sum, first, hn::Set(s32, pair(kTap0, kTap1)));
        return add_dot(sum, second, hn::Set(s32, pair(kTap2, kTap3)));
    }
    HWY_INLINE S32 high(S32 sum) const {
        sum = add_dot(sum, first, hn::Set(s32, pair(kTap3, -kTap2)));
        return add_dot(sum, second, hn::Set(s32, pair(kTap1, -kTap0)));
    }
};

constexpr int32_t half_of(int shift) { return shift > 0 ? 1 << (shift - 1) : 0; }

// Filters along columns.

HWY_INLINE S32 load_unsigned(const int16_t* p) {
    return as_s32(hn::PromoteTo(u32, hn::LoadU(u16_half, reinterpret_cast<const uint16_t*>(p))));
}

HWY_INLINE void store_coefficients(S32 v, int16_t* out) {
    hn::StoreU(hn::TruncateTo(u16_half, hn::BitCast(u32, v)), u16_half, reinterpret_cast<uint16_t*>(out));
}
HWY_INLINE void store_coefficients(S32 v, int32_t* out) { hn::StoreU(v, s32, out); }

/// Samples as signed 16-bit values: unsigned ones less 2^15, or bytes as they are.
template <class T>
HWY_INLINE S16 signed_samples(const T* p) {
    if constexpr (sizeof(T) == 1)
        return hn::BitCast(s16, hn::PromoteTo(u16, hn::LoadU(u8_half, p)));
    else
        return hn::BitCast(s16, hn::Xor(hn::LoadU(u16, p), hn::Set(u16, 0x8000)));
}

/// Of a vector of 16-bit lanes, the lower halves of its blocks, then the upper ones; of one without a fixed length, the
/// even lanes, then the odd ones. hn::ReorderDemote2To undoes that.
struct BlockHalves {
    Pairs lower, upper;

    template <class T>
    HWY_INLINE static BlockHalves load(const std::array<const T*, 4>& in, int x) {
        const S16 s0 = signed_samples(in[0] + x), s1 = signed_samples(in[1] + x);
        const S16 s2 = signed_samples(in[2] + x), s3 = signed_samples(in[3] + x);
#if HWY_HAVE_SCALABLE
        const auto even = [](S16 a, S16 b) HWY_ATTR {
            return as_s32(hn::OddEven(hn::BitCast(s16, hn::ShiftLeft<16>(as_u32(b))), a));
        };
        const auto odd = [](S16 a, S16 b) HWY_ATTR {
            return as_s32(hn::OddEven(b, hn::BitCast(s16, hn::ShiftRight<16>(as_u32(a)))));
        };
        return {{even(s0, s1), even(s2, s3)}, {odd(s0, s1), odd(s2, s3)}};
#else
        return {{as_s32(hn::InterleaveLower(s16, s0, s1)), as_s32(hn::InterleaveLower(s16, s2, s3))},
                {as_s32(hn::InterleaveUpper(s16, s0, s1)), as_s32(hn::InterleaveUpper(s16, s2, s3))}};
#endif
    }
};

/// Sums without their last `shift` bits, cut to 16; up to 8 bits per sample there is nothing to cut.
template <class T>
HWY_INLINE void store_narrow(S32 lower, S32 upper, int shift, int16_t* out) {
    if constexpr (sizeof(T) == 1) {
        lower = hn::ShiftRight<8>(lower), upper = hn::ShiftRight<8>(upper);
    } else {
        lower = hn::ShiftRight<16>(hn::ShiftLeftSame(lower, 16 - shift));
        upper = hn::ShiftRight<16>(hn::ShiftLeftSame(upper, 16 - shift));
    }
    hn::StoreU(hn::ReorderDemote2To(s16, lower, upper), s16, out);
}

/// From samples to 16-bit coefficients.
template <class T, bool kHigh>
void sample_columns(const std::array<const T*, 4>& in, int n, Rounding rounding, int16_t* low, int16_t* high) {
    const uint32_t half = static_cast<uint32_t>(half_of(rounding.shift)),
                   bias = sizeof(T) > 1 ? kLowPassGain << 15 : 0u;
    const S32 low_offset = hn::Set(s32, static_cast<int32_t>(rounding.offset + half + bias));
    const S32 high_offset = hn::Set(s32, static_cast<int32_t>(half));
    const int step = 2 * lanes(), last = n - step;
    for (int x = 0; x < n; x += step) {
        x = std::min(x, last);
        const BlockHalves pairs = BlockHalves::load(in, x);
        store_narrow<T>(pairs.lower.low(low_offset), pairs.upper.low(low_offset), rounding.shift, low + x);
        if constexpr (kHigh)
            store_narrow<T>(pairs.lower.high(high_offset), pairs.upper.high(high_offset), rounding.shift, high + x);
    }
}

/// From 16-bit coefficients to 32-bit ones, exact.
template <bool kHigh>
void short_columns(const std::array<const int16_t*, 4>& in, int n, int32_t* low, int32_t* high) {
    const auto join = [&in](int k, int x) HWY_ATTR {
        return hn::Or(load_unsigned(in[k] + x), hn::ShiftLeft<16>(load_unsigned(in[k + 1] + x)));
    };
    const int step = lanes(), last = n - step;
    for (int x = 0; x < n; x += step) {
        x = std::min(x, last);
        const Pairs pairs = {join(0, x), join(2, x)};
        hn::StoreU(pairs.low(hn::Zero(s32)), s32, low + x);
        if constexpr (kHigh) hn::StoreU(pairs.high(hn::Zero(s32)), s32, high + x);
    }
}

/// From 32-bit coefficients to as many.
template <bool kHigh>
void long_columns(const std::array<const int32_t*, 4>& in, int n, int shift, int32_t* low, int32_t* high) {
    const U64 half = set64(static_cast<uint64_t>(half_of(shift)));
    const int step = lanes(), last = n - step;
    for (int x = 0; x < n; x += step) {
        x = std::min(x, last);
        const S32 s0 = hn::LoadU(s32, in[0] + x), s1 = hn::LoadU(s32, in[1] + x);
        const S32 s2 = hn::LoadU(s32, in[2] + x), s3 = hn::LoadU(s32, in[3] + x);
        const Wide low_sum = product(s0, kTap0) + product(s1, kTap1) + product(s2, kTap2) + product(s3, kTap3);
        hn::StoreU(low_words((low_sum + half) >> shift), s32, low + x);
        if constexpr (!kHigh) continue;
        const Wide high_sum = product(s0, kTap3) + product(s1, -kTap2) + product(s2, kTap1) + product(s3, -kTap0);
        hn::StoreU(low_words((high_sum + half) >> shift), s32, high + x);
    }
}

template <bool kHigh, class T, class C>
HWY_INLINE void filter_columns(const std::array<const T*, 4>& in, int n, Rounding rounding, C* low, C* high) {
    if constexpr (sizeof(C) == 2)
        sample_columns<T, kHigh>(in, n, rounding, low, high);
    else if constexpr (sizeof(T) == 2)
        short_columns<kHigh>(in, n, low, high);
    else
        long_columns<kHigh>(in, n, rounding.shift, low, high);
}

template <class Format, class T, class C = typename Format::Coefficient>
void columns(const std::array<const T*, 4>& in, int n, Rounding rounding, C* low, C* high) {
    if (n < 2 * lanes()) return scalar::columns<Format, T>(in, n, rounding, low, high);
    if (high)
        filter_columns<true>(in, n, rounding, low, high);
    else
        filter_columns<false>(in, n, rounding, low, high);
}

// Filters along rows.

/// Inputs of columns x, x + 1, ... of a line of 16-bit values.
HWY_INLINE Pairs pairs_at(const int16_t* line, int x) {
    const int16_t* s = line + 2 * x - 1;
    return {as_s32(hn::LoadU(s16, s)), as_s32(hn::LoadU(s16, s + 2))};
}

HWY_INLINE S32 low_at(const int16_t* line, int x, int shift) {
    return hn::ShiftRightSame(pairs_at(line, x).low(hn::Set(s32, half_of(shift))), shift);
}
HWY_INLINE S32 high_at(const int16_t* line, int x, int shift) {
    return hn::ShiftRightSame(pairs_at(line, x).high(hn::Set(s32, half_of(shift))), shift);
}

/// Of half a vector's columns, from the even lanes of four loads; rounded.
template <int kA, int kB, int kC, int kD>
HWY_INLINE S32 half_row(const int32_t* s, int shift) {
    U64 sum = set64(static_cast<uint64_t>(half_of(shift)));
    sum = hn::Add(sum, as_u64(hn::MulEven(hn::LoadU(s32, s), hn::Set(s32, kA))));
    sum = hn::Add(sum, as_u64(hn::MulEven(hn::LoadU(s32, s + 1), hn::Set(s32, kB))));
    sum = hn::Add(sum, as_u64(hn::MulEven(hn::LoadU(s32, s + 2), hn::Set(s32, kC))));
    sum = hn::Add(sum, as_u64(hn::MulEven(hn::LoadU(s32, s + 3), hn::Set(s32, kD))));
    return as_s32(hn::ShiftRightSame(sum, shift));
}
HWY_INLINE S32 low_at(const int32_t* line, int x, int shift) {
    const int32_t* s = line + 2 * x - 1;
    return hn::ConcatEven(s32, half_row<kTap0, kTap1, kTap2, kTap3>(s + lanes(), shift),
                          half_row<kTap0, kTap1, kTap2, kTap3>(s, shift));
}
HWY_INLINE S32 high_at(const int32_t* line, int x, int shift) {
    const int32_t* s = line + 2 * x - 1;
    return hn::ConcatEven(s32, half_row<kTap3, -kTap2, kTap1, -kTap0>(s + lanes(), shift),
                          half_row<kTap3, -kTap2, kTap1, -kTap0>(s, shift));
}

template <class Format, class C = typename Format::Coefficient>
void approximate(const C* line, Range range, int shift, C* out) {
    for (int x = range.begin; x < range.end; x += lanes()) store_coefficients(low_at(line, x, shift), out + x);
}

}  // namespace
}  // namespace vmaf::adm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
