// Conversions and elementary functions with the same bits everywhere: plain IEEE operations in a fixed order, for host and
// device. Where a GPU has quicker instructions that give the same bits, inline PTX stands here and in no metric.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "base/host_device.h"

namespace vmaf {

// Conversions, exact for every operand in range; a GPU has slow instructions for those of 64 bits and none for these.

/// x as a double, 0 <= x < 2^31.
VMAF_HD constexpr double to_double(int32_t x) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        double biased;  // 2^52 + x
        asm("mov.b64 %0, {%1, 0x43300000};" : "=d"(biased) : "r"(x));
        return biased - 4503599627370496.0;
    }
#endif
    return x;
}

/// x without its fraction, 0 <= x < 2^32.
VMAF_HD constexpr uint32_t truncated(double x) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        uint32_t integer;
        asm("{ .reg .f64 biased; .reg .b32 high; add.rz.f64 biased, %1, 0d4330000000000000; mov.b64 {%0, high}, "
            "biased; }"
            : "=r"(integer)
            : "d"(x));
        return integer;
    }
#endif
    return static_cast<uint32_t>(static_cast<int64_t>(x));
}

/// x without its fraction, 0 if x is negative; -2^31 <= x < 2^31.
VMAF_HD constexpr uint32_t truncated_or_zero(double x) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        int32_t integer;  // the low word of 1.5 * 2^52 + floor(x)
        asm("{ .reg .f64 biased; .reg .b32 high; add.rz.f64 biased, %1, 0d4338000000000000; mov.b64 {%0, high}, "
            "biased; }"
            : "=r"(integer)
            : "d"(x));
        return integer > 0 ? static_cast<uint32_t>(integer) : 0;
    }
#endif
    return x > 0 ? truncated(x) : 0;
}

/// a / b to the nearest double, |a| < 2^31, 2^16 < b < 2^31. A GPU's own division first looks for operands that need
/// special care; the steps are the same: a reciprocal, two refinements, a quotient and its correction.
VMAF_HD constexpr double bounded_quotient(double a, double b) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        double q;
        asm("{ .reg .f64 minus_b, y, e, q, r;"
            " neg.f64 minus_b, %2;"
            " rcp.approx.ftz.f64 y, %2;"
            " fma.rn.f64 e, minus_b, y, 0d3ff0000000000000;"
            " fma.rn.f64 e, e, e, e;"
            " fma.rn.f64 y, e, y, y;"
            " fma.rn.f64 e, minus_b, y, 0d3ff0000000000000;"
            " fma.rn.f64 y, e, y, y;"
            " mul.rn.f64 q, %1, y;"
            " fma.rn.f64 r, minus_b, q, %1;"
            " fma.rn.f64 %0, r, y, q; }"
            : "=d"(q)
            : "d"(a), "d"(b));
        return q;
    }
#endif
    return a / b;
}

/// floor(log2(x)) * 2^15 plus the 15 bits behind the leading one, 2^15 <= x < 2^32.
VMAF_HD constexpr uint32_t leading_bits(uint32_t x) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
        uint32_t bits;
        asm("{ .reg .f32 value; cvt.rz.f32.u32 value, %1; mov.b32 %0, value; }" : "=r"(bits) : "r"(x));
        return (bits >> 8) - (127u << 15);
    }
#endif
    const int exponent = 31 - __builtin_clz(x | 1);
    return static_cast<uint32_t>(exponent - 1) * 32768 + (x >> ((exponent - 15) & 31));
}

/// x = 2^exponent * significand, the significand in sqrt(1/2) .. sqrt(2); for positive normal numbers.
struct BinaryParts {
    int exponent;
    double significand;
};

/// The bits of sqrt(1/2), rounded up.
inline constexpr int64_t kRootHalfBits = 0x3fe6a09e667f3bcd;

VMAF_HD constexpr BinaryParts binary_parts(double x) {
    const int64_t bits = std::bit_cast<int64_t>(x), exponent = (bits - kRootHalfBits) >> 52;
    return {static_cast<int>(exponent), std::bit_cast<double>(bits - (exponent << 52))};
}

/// Coefficients of atanh's series behind its first term, 1/3 to 1/23, and 2 / ln 2.
inline constexpr int kLogarithmTerms = 11;
VMAF_HD constexpr double logarithm_term(int i) { return 1.0 / (2 * i + 3); }
inline constexpr double kTwoOverLn2 = 2.8853900817779268147;

/// The binary logarithm, wrong by less than 4 units in the last place, in any place: 2 atanh((m - 1) / (m + 1)) / ln 2
/// of the significand m as a power series. -infinity for 0, one quiet NaN for negative numbers and NaN; subnormal
/// numbers count as 0.
VMAF_HD constexpr double binary_logarithm(double x) {
    if (!(x >= std::numeric_limits<double>::min()))
        return x > -std::numeric_limits<double>::min() ? -std::numeric_limits<double>::infinity()
                                                       : std::numeric_limits<double>::quiet_NaN();
    if (x > std::numeric_limits<double>::max()) return x;
    const BinaryParts parts = binary_parts(x);
    const double ratio = (parts.significand - 1) / (parts.significand + 1), square = ratio * ratio;
    double series = 0;
    for (int i = kLogarithmTerms - 1; i >= 0; i--) series = series * square + logarithm_term(i);
    return parts.exponent + (ratio + ratio * (square * series)) * kTwoOverLn2;
}

/// Coefficients of the exponential series, 1/n!.
inline constexpr int kExponentialTerms = 14;
VMAF_HD constexpr double exponential_term(int n) {
    double factorial = 1;
    for (int i = 2; i <= n; i++) factorial *= i;
    return 1 / factorial;
}

/// 2^x, wrong by less than 4 units in the last place: the exponential series of the fraction, which lies in -1/2 .. 1/2. Infinity from
/// 1024 on, 0 below -1022; NaN gives 0.
VMAF_HD constexpr double binary_exponential(double x) {
    constexpr double kLn2 = 0.69314718055994530942;
    if (x >= 1024) return std::numeric_limits<double>::infinity();
    if (!(x >= -1022)) return 0;
    const int whole = static_cast<int>(x < 0 ? x - 0.5 : x + 0.5);
    const double t = (x - whole) * kLn2;
    double series = exponential_term(kExponentialTerms);
    for (int n = kExponentialTerms - 1; n >= 0; n--) series = series * t + exponential_term(n);
    // In two factors: 2^1024 is no double.
    const int half = whole / 2;
    return series * std::bit_cast<double>(static_cast<int64_t>(1023 + half) << 52) *
           std::bit_cast<double>(static_cast<int64_t>(1023 + whole - half) << 52);
}

// The functions below are + - * in a fixed order, for values that end as floats.

inline constexpr double kPi = 3.14159265358979323846;

/// sum of `coefficient(i) x^i` for i below `terms`, by Horner's scheme.
template <class Coefficient>
VMAF_HD constexpr float power_series(float x, int terms, Coefficient coefficient) {
    float series = 0;
    for (int i = terms - 1; i >= 0; i--) series = series * x + static_cast<float>(coefficient(i));
    return series;
}

/// x^(-1/N) of a normal number x > 0, for N = 3 and 5, wrong by less than 2^-38 of it: a guess from the bits, which are a logarithm in a
/// way, then three terms of the series of (1 - e)^(-1/N) in e = 1 - x guess^N, then two.
template <int N>
struct InverseRoot {
    static_assert(N == 3 || N == 5);

    /// The guess's bits for x = 1: (N + 1)/N times the bits of 1, less what makes |e| smallest after the three terms: 2.1e-4.
    static constexpr int64_t kOneBits = N == 3 ? 0x553eec0000000000 : 0x4cb8a20000000000;
    /// 2^32 / N.
    static constexpr uint32_t kShare = static_cast<uint32_t>((uint64_t{1} << 32) / N);
    static constexpr double kFirst = 1. / N, kSecond = (N + 1) / (2. * N * N),
                            kThird = (N + 1) * (2 * N + 1) / (6. * N * N * N);

    /// 1 - x guess^N.
    VMAF_HD static constexpr double error(double x, double guess) {
        const double square = guess * guess, power = N == 3 ? square : square * square;
        return 1 - x * guess * power;
    }
};
template <int N>
VMAF_HD constexpr double inverse_root(double x) {
    using Root = InverseRoot<N>;
    const auto high = static_cast<uint32_t>(std::bit_cast<uint64_t>(x) >> 32);
    const double guess = std::bit_cast<double>(Root::kOneBits - static_cast<int64_t>(uint64_t{high} * Root::kShare));
    const double e = Root::error(x, guess);
    const double near = guess + guess * e * (Root::kFirst + e * (Root::kSecond + e * Root::kThird));
    const double rest = Root::error(x, near);
    return near + near * rest * (Root::kFirst + rest * Root::kSecond);
}

/// x^(-1/N) of a normal float x in 0 .. 2, for N = 5 and 9, wrong by less than 5e-7 of it: a guess from the bits, then two rounds of the
/// series' first three terms. Of 0 some finite number.
template <int N>
struct FloatInverseRoot {
    static_assert(N == 5 || N == 9);

    /// The guess's bits are kBits less an N-th of those of x; kShare is 2^17 / N. |1 - x guess^N| is 0.155 and 0.26 at most.
    static constexpr int32_t kBits = N == 5 ? 0x4c2b2c83 : 0x4686bed3;
    static constexpr int32_t kShare = N == 5 ? 26214 : 14564;
    static constexpr float kFirst = static_cast<float>(1. / N), kSecond = static_cast<float>((N + 1) / (2. * N * N));
};
template <int N>
VMAF_HD constexpr float float_inverse_root(float x) {
    using Root = FloatInverseRoot<N>;
    float g = std::bit_cast<float>(Root::kBits - (((std::bit_cast<int32_t>(x) >> 15) * Root::kShare) >> 2));
    for (int round = 0; round < 2; round++) {
        const float square = g * g, fourth = square * square;
        const float power = N == 5 ? fourth : fourth * fourth;
        const float e = 1 - x * g * power;
        g = g + g * e * (Root::kFirst + e * Root::kSecond);
    }
    return g;
}

/// The sine of an angle within -pi/3 .. pi/3, wrong by less than 2^-22 of it.
inline constexpr int kSineTerms = 5;
VMAF_HD constexpr double sine_term(int i) { return (i % 2 ? -1 : 1) * exponential_term(2 * i + 1); }
VMAF_HD constexpr float sine(float x) { return x * power_series(x * x, kSineTerms, sine_term); }

/// e^x for |x| < 80, wrong by less than 2^-21 + 2^-23 |x| of it: a power of two, and the series of the rest, which lies within
/// -ln(2)/2 .. ln(2)/2.
inline constexpr int kNaturalTerms = 7;
inline constexpr float kLn2 = 0.69314718f, kLog2E = 1.4426950f;
/// 1.5 * 2^23: a float plus this has the integer next to it in its lowest bits.
inline constexpr float kIntegerAnchor = 12582912;
VMAF_HD constexpr float exponential(float x) {
    const float power = x * kLog2E, anchored = power + kIntegerAnchor;
    const float rest = (power - (anchored - kIntegerAnchor)) * kLn2;
    const float series = power_series(rest, kNaturalTerms, exponential_term);
    return std::bit_cast<float>(std::bit_cast<uint32_t>(series) + (std::bit_cast<uint32_t>(anchored) << 23));
}

}  // namespace vmaf
