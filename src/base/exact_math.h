// Elementary functions with the same bits everywhere: plain IEEE operations in a fixed order, for host and device.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "base/host_device.h"

namespace vmaf {

/// x = 2^exponent * significand, the significand in sqrt(1/2) .. sqrt(2); for positive normal numbers.
struct BinaryParts {
    int exponent;
    double significand;
};

VMAF_HD constexpr BinaryParts binary_parts(double x) {
    constexpr int64_t kRootHalf = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2), rounded up
    const int64_t bits = std::bit_cast<int64_t>(x), exponent = (bits - kRootHalf) >> 52;
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

}  // namespace vmaf
