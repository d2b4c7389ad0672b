// The sum of floats from left to right, each partial sum rounded to a float, computed from parts that are worked on side by
// side; the same bits as the plain loop.
//
//   run of terms -> SumIncrement, for sums of one binade -> then(), in any grouping -> advanced()
//
// A sum in [2^k, 2^(k+1)) is a multiple n of its last place u = 2^(k-23). A term that is not negative adds to n its own
// multiple of u, rounded to the nearest; where it lies in the middle of two, the sum becomes even. So what a run of terms adds to n,
// as long as n stays at most 2^24, depends on n through nothing but whether it is even or odd: it shows when the run is added
// to the first even and to the first odd sum of the binade. Floats are ordered as their bits, and n grows as these do: an
// increment of n is one of the bits. Below the least normal float the same holds, as u is constant there.
#pragma once

#include <bit>
#include <cstdint>

#include "base/host_device.h"

namespace vmaf {

/// What a run of terms adds to the bits of an even and of an odd sum; meaningless for sums that it would lead beyond the
/// binade, and then large enough to show that. Of no terms: none.
struct SumIncrement {
    uint32_t even, odd;

    /// For a run, if the float loop over its terms leads from even_start() to `even_end` and from odd_start() to `odd_end`.
    static VMAF_HD constexpr SumIncrement between(float sum, float even_end, float odd_end);

    bool operator==(const SumIncrement&) const = default;
};

namespace sequential_sum {

inline constexpr uint32_t kExponent = 0x7f800000, kLastPlaces = 0x800000;  ///< bits of a float; last places of a binade
inline constexpr uint32_t kBeyond = 2 * kLastPlaces;                       ///< leads every sum beyond its binade

VMAF_HD constexpr uint32_t bounded(uint32_t increment) { return increment < kBeyond ? increment : kBeyond; }

}  // namespace sequential_sum

/// The first even and the first odd sum of the binade in which `sum` lies; `sum` is finite and not negative.
VMAF_HD constexpr float even_start(float sum) {
    return std::bit_cast<float>(std::bit_cast<uint32_t>(sum) & sequential_sum::kExponent);
}
VMAF_HD constexpr float odd_start(float sum) {
    return std::bit_cast<float>((std::bit_cast<uint32_t>(sum) & sequential_sum::kExponent) | 1);
}

VMAF_HD constexpr SumIncrement SumIncrement::between(float sum, float even_end, float odd_end) {
    const uint32_t even = std::bit_cast<uint32_t>(even_start(sum));
    return {sequential_sum::bounded(std::bit_cast<uint32_t>(even_end) - even),
            sequential_sum::bounded(std::bit_cast<uint32_t>(odd_end) - (even | 1))};
}

/// Of the run `a` and the run `b` behind it. Associative.
VMAF_HD constexpr SumIncrement then(const SumIncrement& a, const SumIncrement& b) {
    return {sequential_sum::bounded(a.even + (a.even % 2 ? b.odd : b.even)),
            sequential_sum::bounded(a.odd + (a.odd % 2 ? b.even : b.odd))};
}

/// `sum` and a run behind it, if its increment for this binade says so: false, and `sum` stays, where the sum would leave the
/// binade. There the terms are to be added one by one.
VMAF_HD constexpr bool advance(float& sum, const SumIncrement& run) {
    const uint32_t bits = std::bit_cast<uint32_t>(sum), increment = bits % 2 ? run.odd : run.even;
    if (bits % sequential_sum::kLastPlaces + increment > sequential_sum::kLastPlaces) return false;
    sum = std::bit_cast<float>(bits + increment);
    return true;
}

}  // namespace vmaf
