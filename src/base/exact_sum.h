// Sums of real numbers that come out the same in any order: every value is first rounded to fixed point, and integers add
// up exactly, however the work is shared.
//
//   values -> fixed_point -> sums of up to kMostTerms in 64 bits -> WideSum
//
// Threads of a GPU add to a SplitSum instead (add_block_sums in cuda/kernel/kernel.h).
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

#include "base/host_device.h"

namespace vmaf {

/// Most values in fixed point that 64 bits hold the sum of.
inline constexpr int kMostTerms = 2048;

/// Numbers with `kFractionBits` bits behind the point.
template <int kFractionBits>
struct FixedPoint {
    static_assert(kFractionBits >= 0 && kFractionBits <= 52);

    /// The middle of the doubles that are 2^-kFractionBits apart, and its bits.
    static constexpr double kAnchor = 1.5 * static_cast<double>(int64_t{1} << (52 - kFractionBits));
    static constexpr int64_t kAnchorBits = std::bit_cast<int64_t>(kAnchor);
};

/// Rounds a value within -2^(51 - kFractionBits) .. 2^(51 - kFractionBits), halves to even: adding the anchor leaves
/// exactly the wanted bits in the significand.
template <int kFractionBits>
VMAF_HD constexpr int64_t fixed_point(double value) {
    return std::bit_cast<int64_t>(value + FixedPoint<kFractionBits>::kAnchor) - FixedPoint<kFractionBits>::kAnchorBits;
}

/// The halves of a sum in 64 bits, which are added up apart.
VMAF_HD constexpr int64_t high_half(int64_t sum) { return sum >> 32; }
VMAF_HD constexpr uint64_t low_half(int64_t sum) { return static_cast<uint32_t>(sum); }

/// A sum of any number of sums: high 2^32 + low, in units of the fixed point. One sum has one representation.
struct WideSum {
    int64_t high = 0;
    uint64_t low = 0;  ///< below 2^32

    void add(int64_t sum) { add_halves(high_half(sum), low_half(sum)); }
    /// Adds a value `times` times, both at least 0, `times` below 2^32.
    void add(uint64_t value, uint64_t times) {
        add_halves(static_cast<int64_t>((value >> 32) * times), (value & 0xffffffff) * times);
    }
    /// The nearest double to either half, added.
    double value(int fraction_bits) const {
        return std::ldexp(static_cast<double>(high), 32 - fraction_bits) +
               std::ldexp(static_cast<double>(low), -fraction_bits);
    }
    bool operator==(const WideSum&) const = default;

 private:
    friend struct SplitSum;

    void add_halves(int64_t high_part, uint64_t low_part) {
        high += high_part + static_cast<int64_t>(low_part >> 32);
        low += low_part & 0xffffffff;
        high += static_cast<int64_t>(low >> 32);
        low &= 0xffffffff;
    }
};

/// A sum in the making, to whose halves many threads add; nothing is carried over from the low one. Zero at first; holds
/// 2^32 sums.
struct SplitSum {
    int64_t high;
    uint64_t low;

    WideSum joined() const {
        WideSum sum;
        sum.add_halves(high, low);
        return sum;
    }
};

}  // namespace vmaf
